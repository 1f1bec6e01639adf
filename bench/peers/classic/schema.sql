-- Prices and cash are integers of 1/10,000 dollar, quantities whole shares. Foreign keys are left out: the hold that goes
-- with an order proves its account, and their locks on busy accounts would cost time.
CREATE TABLE accounts (
  id integer PRIMARY KEY,
  cash bigint NOT NULL CHECK (cash >= held),
  held bigint NOT NULL DEFAULT 0 CHECK (held >= 0)
) WITH (fillfactor = 50);

CREATE TABLE positions (
  account_id integer NOT NULL,
  symbol text NOT NULL,
  qty bigint NOT NULL CHECK (qty >= held),
  held bigint NOT NULL DEFAULT 0 CHECK (held >= 0),
  PRIMARY KEY (account_id, symbol)
) WITH (fillfactor = 50);

CREATE TABLE orders (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  account_id integer NOT NULL,
  client_order_id text NOT NULL,
  symbol text NOT NULL,
  side text NOT NULL CHECK (side IN ('buy', 'sell')),
  price bigint NOT NULL CHECK (price > 0),
  qty bigint NOT NULL CHECK (qty > 0),
  filled bigint NOT NULL DEFAULT 0 CHECK (filled <= qty),
  status text NOT NULL DEFAULT 'new',
  created_at timestamptz NOT NULL DEFAULT now(),
  updated_at timestamptz NOT NULL DEFAULT now(),
  UNIQUE (account_id, client_order_id)
) WITH (fillfactor = 70);

CREATE TABLE fills (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  taker_id bigint NOT NULL,
  maker_id bigint NOT NULL,
  price bigint NOT NULL,
  qty bigint NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now()
);

-- The second transaction of an order that trades as one statement, as settlement() of store.ts has it. Accounts are locked in the
-- sequence of their ids, so that two of these transactions never wait for each other in a circle.
CREATE FUNCTION settle(
  taker bigint, taker_account integer, traded text, taker_side text, taker_price bigint,
  makers bigint[], maker_accounts integer[], prices bigint[], quantities bigint[]
) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
  total bigint := 0;
  paid bigint := 0;
  quantity bigint;
  amount bigint;
BEGIN
  PERFORM FROM accounts WHERE id = ANY (maker_accounts || taker_account) ORDER BY id FOR NO KEY UPDATE;
  FOR i IN 1 .. cardinality(makers) LOOP
    quantity := quantities[i];
    amount := prices[i] * quantity;
    total := total + quantity;
    paid := paid + amount;
    INSERT INTO fills (taker_id, maker_id, price, qty) VALUES (taker, makers[i], prices[i], quantity);
    UPDATE orders SET filled = filled + quantity, updated_at = now(),
      status = CASE WHEN filled + quantity = qty THEN 'filled' ELSE 'partially_filled' END WHERE id = makers[i];
    IF taker_side = 'buy' THEN
      UPDATE accounts SET cash = cash + amount WHERE id = maker_accounts[i];
      UPDATE positions SET qty = qty - quantity, held = held - quantity
        WHERE account_id = maker_accounts[i] AND symbol = traded;
    ELSE
      UPDATE accounts SET cash = cash - amount, held = held - amount WHERE id = maker_accounts[i];
      INSERT INTO positions AS p (account_id, symbol, qty) VALUES (maker_accounts[i], traded, quantity)
        ON CONFLICT (account_id, symbol) DO UPDATE SET qty = p.qty + excluded.qty;
    END IF;
  END LOOP;
  UPDATE orders SET filled = filled + total, updated_at = now(),
    status = CASE WHEN filled + total = qty THEN 'filled' ELSE 'partially_filled' END WHERE id = taker;
  IF taker_side = 'buy' THEN
    UPDATE accounts SET cash = cash - paid, held = held - taker_price * total WHERE id = taker_account;
    INSERT INTO positions AS p (account_id, symbol, qty) VALUES (taker_account, traded, total)
      ON CONFLICT (account_id, symbol) DO UPDATE SET qty = p.qty + excluded.qty;
  ELSE
    UPDATE accounts SET cash = cash + paid WHERE id = taker_account;
    UPDATE positions SET qty = qty - total, held = held - total WHERE account_id = taker_account AND symbol = traded;
  END IF;
END $$;
