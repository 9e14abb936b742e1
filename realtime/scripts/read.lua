-- Who is present in a channel. KEYS[1]: prefix. ARGV: channel. Returns {epoch, version, field, since, ...}.
-- An empty channel has the newest version there is: its own is forgotten, and versions never go back.
local prefix, channel = KEYS[1], ARGV[1]
local time = redis.call('TIME')
redis.call('SETNX', prefix .. ':epoch', time[1] * 1000 + math.floor(time[2] / 1000))
local version = redis.call('HGET', prefix .. ':versions', channel)
  or redis.call('GET', prefix .. ':version') or '0'
local answer = {tonumber(redis.call('GET', prefix .. ':epoch')), tonumber(version)}
for _, value in ipairs(redis.call('HGETALL', prefix .. ':in:' .. channel)) do
  table.insert(answer, value)
end
return answer
