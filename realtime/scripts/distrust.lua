-- This may be an older copy: it gets another epoch, unless it has one by now. KEYS[1]: prefix. ARGV: epoch.
local epoch = redis.call('GET', KEYS[1] .. ':epoch')
if epoch == ARGV[1] then
  local time = redis.call('TIME')
  local now = time[1] * 1000 + math.floor(time[2] / 1000)
  redis.call('SET', KEYS[1] .. ':epoch', math.max(now, tonumber(epoch) + 1))
end
return 1
