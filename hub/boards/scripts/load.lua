-- Scores as they were read for a build; who has moved or gone meanwhile is known better already.
-- KEYS: meta, built rank, built at, gone. ARGV: token, seconds to live, scores. Returns 'ok' or 'stale'.
if redis.call('HGET', KEYS[1], 'building') ~= ARGV[1] then return 'stale' end
local scores = ARGV[3]
local is_anybody_gone = redis.call('EXISTS', KEYS[4]) == 1
for from = 1, #scores, 32 do
  local member = scores:sub(from, from + 15)
  local reached = scores:sub(from + 16, from + 23)
  local is_gone = is_anybody_gone and redis.call('SISMEMBER', KEYS[4], member) == 1
  if not is_gone and redis.call('HSETNX', KEYS[3], member, reached) == 1 then
    redis.call('ZADD', KEYS[2], struct.unpack('>d', scores:sub(from + 24, from + 31)), reached .. member)
  end
end
redis.call('EXPIRE', KEYS[1], ARGV[2])
redis.call('EXPIRE', KEYS[2], ARGV[2] + 60)
redis.call('EXPIRE', KEYS[3], ARGV[2] + 60)
return 'ok'
