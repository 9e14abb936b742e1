-- Set or remove the scores of some members, unless somebody with a later fence has been here.
-- KEYS: meta, rank, at, built rank, built at, gone from the build. ARGV: fence, valid from, seconds to live,
-- length of the top, moves, a new epoch. Returns {status, epoch, seq, count, what was before, top}.
--
-- Who comes with a later fence starts a new epoch: the one before may have told versions that this Redis does
-- not know, because it died, or because a replica took over that had not heard of them.
local fence = tonumber(redis.call('HGET', KEYS[1], 'fence') or '-1')
if fence > tonumber(ARGV[1]) then return {'stale'} end
if fence < tonumber(ARGV[2]) then return {'absent'} end
local live = redis.call('HGET', KEYS[1], 'epoch')
if fence < tonumber(ARGV[1]) then
  redis.call('HSET', KEYS[1], 'fence', ARGV[1])
  if live then
    live = ARGV[6]
    redis.call('HSET', KEYS[1], 'epoch', live, 'seq', 0)
  end
end
local building = redis.call('HGET', KEYS[1], 'building')
local moves = ARGV[5]
local none = string.rep('\255', 8) .. struct.pack('>d', 0)
local old = {}

local function put(rank, at, member, reached, score)
  local before = redis.call('HGET', at, member)
  local was = none
  if before then
    was = before .. struct.pack('>d', tonumber(redis.call('ZSCORE', rank, before .. member)))
    if before ~= reached then redis.call('ZREM', rank, before .. member) end
  end
  if reached then
    redis.call('HSET', at, member, reached)
    redis.call('ZADD', rank, score, reached .. member)
  elseif before then
    redis.call('HDEL', at, member)
  end
  return was
end

for from = 1, #moves, 32 do
  local member = moves:sub(from, from + 15)
  local reached = moves:sub(from + 16, from + 23)
  local score = struct.unpack('>d', moves:sub(from + 24, from + 31))
  if reached == string.rep('\255', 8) then reached = nil end
  if live then old[#old + 1] = put(KEYS[2], KEYS[3], member, reached, score) end
  if building then
    put(KEYS[4], KEYS[5], member, reached, score)
    if reached then redis.call('SREM', KEYS[6], member) else redis.call('SADD', KEYS[6], member) end
  end
end

local ttl = tonumber(ARGV[3])
redis.call('EXPIRE', KEYS[1], ttl)
for n = 2, 6 do redis.call('EXPIRE', KEYS[n], ttl + 60) end
if not live then return {'building'} end
local top = redis.call('ZRANGE', KEYS[2], 0, tonumber(ARGV[4]) - 1, 'WITHSCORES')
local rows = {}
for n = 1, #top, 2 do rows[#rows + 1] = top[n] .. struct.pack('>d', tonumber(top[n + 1])) end
return {
  'ok', live, redis.call('HGET', KEYS[1], 'seq'), redis.call('ZCARD', KEYS[2]),
  table.concat(old), table.concat(rows),
}
