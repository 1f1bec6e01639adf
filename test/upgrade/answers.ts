/** What an exchange answers about an account, for a comparison across releases. */
import { type Ask, endsMeanwhile, SHORT_COST, withoutTrail } from "./day.ts";

// oxlint-disable-next-line typescript/no-explicit-any -- answers have many shapes
type Body = any;
type Headers = Readonly<Record<string, string>>;

/** By name: orders, balances, positions, keys, withdrawals and the dead-man's switch. */
export async function accountAnswers(ask: Ask, key: Headers, session: Headers): Promise<Record<string, Body>> {
  const listed: Body[] = await ask("GET", "/v2/orders?status=all&limit=500&nested=true", key);
  const held = listed.filter((each) => endsMeanwhile(each) && each.status === "new").length * SHORT_COST;
  const account = await ask("GET", "/v2/account", key);
  const { id, account_number: number, cash, status, created_at: created } = account;
  const positions: Body[] = await ask("GET", "/v2/positions", key);
  const { keys } = await ask("GET", "/v1/keys", session);
  return {
    orders: withoutTrail(listed.filter((each) => !endsMeanwhile(each))),
    account: { id, number, cash: (Number(cash) + held).toFixed(2), status, created },
    positions: positions.map((each) => [each.symbol, each.qty, each.qty_available, each.avg_entry_price]),
    keys: keys.map((each: Body) => [each.key_id, each.scopes]),
    withdrawals: (await ask("GET", "/v1/withdrawals", session)).withdrawals,
    timer: (await ask("GET", "/v1/orders/cancel-after", key)).trigger_time,
  };
}
