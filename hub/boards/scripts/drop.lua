-- The challenge is gone. KEYS: meta, rank, at, built rank, built at, gone, top. ARGV: fence.
if tonumber(redis.call('HGET', KEYS[1], 'fence') or '-1') > tonumber(ARGV[1]) then return 'stale' end
for n = 1, 7 do redis.call('UNLINK', KEYS[n]) end
return 'ok'
