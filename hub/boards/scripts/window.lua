-- Consecutive places: around a member, around a score, else from an index on.
-- KEYS: meta, rank, at. ARGV: valid from, member or '', how many before (or the index), how many in all, score
-- or ''.
-- Returns {status, count, before, better, rows}; 'nobody': the member is not on the board.
local now = redis.call('HMGET', KEYS[1], 'fence', 'epoch')
if not now[2] or tonumber(now[1]) < tonumber(ARGV[1]) then return {'absent'} end
local count = redis.call('ZCARD', KEYS[2])
local from = tonumber(ARGV[3])
if ARGV[2] ~= '' then
  local reached = redis.call('HGET', KEYS[3], ARGV[2])
  if not reached then return {'nobody', count} end
  from = math.max(0, redis.call('ZRANK', KEYS[2], reached .. ARGV[2]) - from)
end
if ARGV[5] ~= '' then
  from = math.max(0, redis.call('ZCOUNT', KEYS[2], '-inf', '(' .. ARGV[5]) - from)
end
local found = redis.call('ZRANGE', KEYS[2], from, from + tonumber(ARGV[4]) - 1, 'WITHSCORES')
local rows = {}
for n = 1, #found, 2 do rows[#rows + 1] = found[n] .. struct.pack('>d', tonumber(found[n + 1])) end
local better = 0
if #found > 0 then better = redis.call('ZCOUNT', KEYS[2], '-inf', '(' .. found[2]) end
return {'ok', count, from, better, table.concat(rows)}
