-- KEYS: meta, top. ARGV: valid from. Returns {epoch, seq, top} of one moment, or {}.
local now = redis.call('HMGET', KEYS[1], 'fence', 'epoch', 'seq')
if not now[2] or tonumber(now[1]) < tonumber(ARGV[1]) then return {} end
local top = redis.call('GET', KEYS[2])
if not top then return {} end
return {now[2], now[3], top}
