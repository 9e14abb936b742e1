-- A node says to itself that it is there: refused where this is no master, or one that has lost its replicas.
-- KEYS[1]: a key that nobody has. ARGV: PUBLISH or SPUBLISH, topic, message. (PUBLISH alone works on a replica.)
local written = redis.pcall('DEL', KEYS[1])
if type(written) == 'table' and written.err
    and (string.find(written.err, 'READONLY') or string.find(written.err, 'NOREPLICAS')) then
  return written
end
return redis.call(ARGV[1], ARGV[2], ARGV[3])
