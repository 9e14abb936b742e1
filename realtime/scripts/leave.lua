-- Members are no longer present through a node. KEYS[1]: prefix. ARGV: node, JSON {channel: [member, ...]}.
-- Returns {epoch, channel, version, channel, version, ...} of the channels in which that is news.
local prefix, node = KEYS[1], ARGV[1]
local changed = {tonumber(redis.call('GET', prefix .. ':epoch') or '0')}
for channel, members in pairs(cjson.decode(ARGV[2])) do
  local present = prefix .. ':in:' .. channel
  local removed = 0
  for _, member in ipairs(members) do
    removed = removed + redis.call('HDEL', present, node .. '|' .. member)
  end
  if removed > 0 then
    local version = redis.call('INCR', prefix .. ':version')
    if redis.call('EXISTS', present) == 1 then
      redis.call('HSET', prefix .. ':versions', channel, version)
    else
      redis.call('HDEL', prefix .. ':versions', channel)
      redis.call('SREM', prefix .. ':of:' .. node, channel)
    end
    table.insert(changed, channel)
    table.insert(changed, version)
  end
end
return changed
