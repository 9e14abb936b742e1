-- A node is alive. KEYS[1]: prefix. ARGV: node, milliseconds. Returns 0 where it had been given up.
local leases, node = KEYS[1] .. ':leases', ARGV[1]
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local until_ms = redis.call('ZSCORE', leases, node)
redis.call('ZADD', leases, now + ARGV[2], node)
if until_ms and tonumber(until_ms) > now then
  return 1
end
return 0
