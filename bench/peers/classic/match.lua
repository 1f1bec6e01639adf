-- Matches a limit order against the book of its symbol and lets the rest of it rest.
-- KEYS: the other side, the own side, the resting orders, the sequence of arrivals.
-- ARGV: order id, account, side, price, quantity.
-- Gives the rest, then maker id, its account, price and quantity of each fill.
--
-- A side is a sorted set: the score is the price (negative for bids), so that the best price comes first, and members
-- begin with the padded number of their arrival, so that members of one price are sorted by time.
--
-- A resting order is a text: its arrival, its rest, its account.
local id, account, buys, price, rest = ARGV[1], ARGV[2], ARGV[3] == 'buy', tonumber(ARGV[4]), tonumber(ARGV[5])
local result = { 0 }
while rest > 0 do
  local best = redis.call('ZRANGE', KEYS[1], 0, 0, 'WITHSCORES')
  local member = best[1]
  if not member then break end
  local at = math.abs(tonumber(best[2]))
  if (buys and at > price) or (not buys and at < price) then break end
  local maker = string.sub(member, 17)
  local resting = redis.call('HGET', KEYS[3], maker)
  local arrival, left, owner = string.match(resting, '^(%d+) (%d+) (.+)$')
  left = tonumber(left)
  local quantity = math.min(left, rest)
  rest = rest - quantity
  if quantity == left then
    redis.call('ZREM', KEYS[1], member)
    redis.call('HDEL', KEYS[3], maker)
  else
    redis.call('HSET', KEYS[3], maker, string.format('%s %d %s', arrival, left - quantity, owner))
  end
  result[#result + 1] = maker
  result[#result + 1] = owner
  result[#result + 1] = string.format('%d', at)
  result[#result + 1] = quantity
end
if rest > 0 then
  local arrival = string.format('%016d', redis.call('INCR', KEYS[4]))
  redis.call('ZADD', KEYS[2], buys and -price or price, arrival .. id)
  redis.call('HSET', KEYS[3], id, string.format('%s %d %s', arrival, rest, account))
end
result[1] = rest
return result
