-- The top's next version, if nobody has been here since.
-- KEYS: meta, top. ARGV: fence, epoch, seq before, top, seconds to live. Returns 'ok' or 'stale'.
local now = redis.call('HMGET', KEYS[1], 'fence', 'epoch', 'seq')
if tonumber(now[1] or '-1') ~= tonumber(ARGV[1]) or now[2] ~= ARGV[2] or now[3] ~= ARGV[3] then return 'stale' end
redis.call('SET', KEYS[2], ARGV[4], 'EX', ARGV[5] + 60)
redis.call('HINCRBY', KEYS[1], 'seq', 1)
return 'ok'
