-- Where some members stand: those who are on the board, with how many stand before them and have more.
-- KEYS: meta, rank, at. ARGV: valid from, members, '1' to count. Returns {status, count, rows, headers}.
local now = redis.call('HMGET', KEYS[1], 'fence', 'epoch')
if not now[2] or tonumber(now[1]) < tonumber(ARGV[1]) then return {'absent'} end
local rows, headers = {}, {}
for from = 1, #ARGV[2], 16 do
  local member = ARGV[2]:sub(from, from + 15)
  local reached = redis.call('HGET', KEYS[3], member)
  if reached then
    local score = redis.call('ZSCORE', KEYS[2], reached .. member)
    rows[#rows + 1] = reached .. member .. struct.pack('>d', tonumber(score))
    if ARGV[3] == '1' then
      local before = redis.call('ZRANK', KEYS[2], reached .. member)
      headers[#headers + 1] = struct.pack('>I4I4', before, redis.call('ZCOUNT', KEYS[2], '-inf', '(' .. score))
    end
  end
end
return {'ok', redis.call('ZCARD', KEYS[2]), table.concat(rows), table.concat(headers)}
