-- What was built takes the place of what was there, which may be large: it is freed in the background.
-- KEYS: meta, rank, at, built rank, built at, gone, top. ARGV: token, epoch, seconds to live. Returns 'ok' or
-- 'stale'.
if redis.call('HGET', KEYS[1], 'building') ~= ARGV[1] then return 'stale' end
redis.call('UNLINK', KEYS[2], KEYS[3], KEYS[6], KEYS[7])
if redis.call('EXISTS', KEYS[4]) == 1 then
  redis.call('RENAME', KEYS[4], KEYS[2])
  redis.call('RENAME', KEYS[5], KEYS[3])
end
redis.call('HDEL', KEYS[1], 'building')
redis.call('HSET', KEYS[1], 'epoch', ARGV[2], 'seq', 0)
redis.call('EXPIRE', KEYS[1], ARGV[3])
redis.call('EXPIRE', KEYS[2], ARGV[3] + 60)
redis.call('EXPIRE', KEYS[3], ARGV[3] + 60)
return 'ok'
