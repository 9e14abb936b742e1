-- Who came first of those that are too many. KEYS[1]: prefix. ARGV: how many are not, JSON [channel, ...].
-- Returns {field, ...}: of each channel that holds more, the oldest ones.
local prefix, most = KEYS[1], tonumber(ARGV[1])
local oldest = {}
for _, channel in ipairs(cjson.decode(ARGV[2])) do
  local present = prefix .. ':in:' .. channel
  local beyond = redis.call('HLEN', present) - most
  if beyond > 0 then
    local found = redis.call('HGETALL', present)
    local fields = {}
    for at = 1, #found, 2 do
      table.insert(fields, {found[at], tonumber(found[at + 1])})
    end
    table.sort(fields, function(one, other)
      if one[2] == other[2] then
        return one[1] < other[1]
      end
      return one[2] < other[2]
    end)
    for at = 1, beyond do
      table.insert(oldest, fields[at][1])
    end
  end
end
return oldest
