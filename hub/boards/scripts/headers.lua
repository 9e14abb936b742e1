-- For each of some places, how many stand before it and how many have more; all ones where it is gone.
-- KEYS: meta, rank. ARGV: valid from, places. Returns {status, count, headers}.
local now = redis.call('HMGET', KEYS[1], 'fence', 'epoch')
if not now[2] or tonumber(now[1]) < tonumber(ARGV[1]) then return {'absent'} end
local places = ARGV[2]
local found = {}
for from = 1, #places, 32 do
  local before = redis.call('ZRANK', KEYS[2], places:sub(from, from + 23))
  if before then
    local score = string.format('(%.17g', struct.unpack('>d', places:sub(from + 24, from + 31)))
    found[#found + 1] = struct.pack('>I4I4', before, redis.call('ZCOUNT', KEYS[2], '-inf', score))
  else
    found[#found + 1] = string.rep('\255', 8)
  end
end
return {'ok', redis.call('ZCARD', KEYS[2]), table.concat(found)}
