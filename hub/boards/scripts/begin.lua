-- Begin to build a board anew beside the one that is there, if any.
-- KEYS: meta, built rank, built at, gone. ARGV: fence, token, seconds to live. Returns 'ok' or 'stale'.
if tonumber(redis.call('HGET', KEYS[1], 'fence') or '-1') > tonumber(ARGV[1]) then return 'stale' end
redis.call('UNLINK', KEYS[2], KEYS[3], KEYS[4])
redis.call('HSET', KEYS[1], 'fence', ARGV[1], 'building', ARGV[2])
redis.call('EXPIRE', KEYS[1], ARGV[3])
return 'ok'
