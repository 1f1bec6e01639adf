-- Removes a resting order. KEYS: its side, the resting orders. ARGV: order id. Gives its rest, 0 when it does not rest.
local resting = redis.call('HGET', KEYS[2], ARGV[1])
if not resting then return 0 end
local arrival, rest = string.match(resting, '^(%d+) (%d+)')
redis.call('ZREM', KEYS[1], arrival .. ARGV[1])
redis.call('HDEL', KEYS[2], ARGV[1])
return tonumber(rest)
