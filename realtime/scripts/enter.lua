-- Members are present in channels through a node. KEYS[1]: prefix. ARGV: node, JSON {channel: [member, ...]},
-- milliseconds since when, by the hub's clock: that of Redis is for leases and epochs alone.
-- Returns {epoch, channel, version, channel, version, ...} of the channels in which that is news.
local prefix, node = KEYS[1], ARGV[1]
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
redis.call('SETNX', prefix .. ':epoch', now)
local changed = {tonumber(redis.call('GET', prefix .. ':epoch'))}
for channel, members in pairs(cjson.decode(ARGV[2])) do
  local added = 0
  for _, member in ipairs(members) do
    added = added + redis.call('HSETNX', prefix .. ':in:' .. channel, node .. '|' .. member, ARGV[3])
  end
  redis.call('SADD', prefix .. ':of:' .. node, channel)
  if added > 0 then
    local version = redis.call('INCR', prefix .. ':version')
    redis.call('HSET', prefix .. ':versions', channel, version)
    table.insert(changed, channel)
    table.insert(changed, version)
  end
end
return changed
