-- Where some members stand: those who are on the board. KEYS: meta, rank, at. ARGV: valid from, members.
-- Returns {status, count, rows}.
local now = redis.call('HMGET', KEYS[1], 'fence', 'epoch')
if not now[2] or tonumber(now[1]) < tonumber(ARGV[1]) then return {'absent'} end
local members = ARGV[2]
local rows = {}
for from = 1, #members, 16 do
  local member = members:sub(from, from + 15)
  local reached = redis.call('HGET', KEYS[3], member)
  if reached then
    local score = redis.call('ZSCORE', KEYS[2], reached .. member)
    rows[#rows + 1] = reached .. member .. struct.pack('>d', tonumber(score))
  end
end
return {'ok', redis.call('ZCARD', KEYS[2]), table.concat(rows)}
