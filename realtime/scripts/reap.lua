-- Forget the nodes whose lease has ended, and who was present through them. KEYS[1]: prefix.
-- Returns {epoch, channel, version, channel, version, ...} of the channels that changed.
local prefix = KEYS[1]
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local changed = {tonumber(redis.call('GET', prefix .. ':epoch') or '0')}
for _, node in ipairs(redis.call('ZRANGEBYSCORE', prefix .. ':leases', '-inf', now)) do
  for _, channel in ipairs(redis.call('SMEMBERS', prefix .. ':of:' .. node)) do
    local present = prefix .. ':in:' .. channel
    local removed = 0
    for _, field in ipairs(redis.call('HKEYS', present)) do
      if string.sub(field, 1, #node + 1) == node .. '|' then
        removed = removed + redis.call('HDEL', present, field)
      end
    end
    if removed > 0 then
      local version = redis.call('INCR', prefix .. ':version')
      if redis.call('EXISTS', present) == 1 then
        redis.call('HSET', prefix .. ':versions', channel, version)
      else
        redis.call('HDEL', prefix .. ':versions', channel)
      end
      table.insert(changed, channel)
      table.insert(changed, version)
    end
  end
  redis.call('DEL', prefix .. ':of:' .. node)
  redis.call('ZREM', prefix .. ':leases', node)
end
return changed
