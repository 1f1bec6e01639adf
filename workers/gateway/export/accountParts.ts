/** The parts of an export about a trading account: its data as the API shows it, and every event of its audit trail. */
import type { AccountId } from "../../../domain/ids.ts";
import { accountObject, auditShardObject } from "../../../durable-objects/actor/namespaces.ts";
import { formatDecimal, PRICE_DECIMALS } from "../../../domain/decimal.ts";
import { auditShardOf } from "../../../protocol/ids/residency.ts";
import { shardCounts } from "../auditShards.ts";
import { CASH } from "../../../domain/account/ledger/ledger.ts";
import { assetOf } from "../../../domain/market/asset.ts";
import { ownTransferToWire } from "../../../protocol/mapping/ownTransfers.ts";
import { configurationsToWire, controlsToWire, settingsToWire } from "../../../protocol/mapping/accountSettings.ts";
import { holdingsToWire, withdrawalToWire } from "../../../protocol/mapping/accounts.ts";
import { AUDIT_FIELDS, FIELD_SEPARATOR } from "../../../protocol/audit/line.ts";
import type { TrailEvent } from "../../../protocol/rpc/accountTrail.ts";
import { activityRow } from "../../../protocol/mapping/activityRows.ts";
import { watchlistHeadToWire } from "../../../protocol/mapping/watchlists.ts";
import { orderToWire } from "../../../protocol/mapping/orders.ts";
import type { Order } from "../../../domain/account/state/order.ts";
import type { AccountRpc } from "../../../protocol/rpc/account.ts";
import type { ActivitiesPage, UnknownActivity } from "../../../protocol/rpc/activities.ts";
import type { OrderFilter, UnknownOrder } from "../../../protocol/rpc/orderFilter.ts";
import type { TradeUpdate } from "../../../domain/account/state/events.ts";
import type { StoredWithdrawal } from "../../../protocol/rpc/withdrawals.ts";
import type { Bindings } from "../context.ts";
import type { ArchivePart } from "./archive.ts";
import type { Row } from "./csv.ts";

/** Rows of one call: some hundred kilobytes. */
const PAGE = 250;
/** Events that a shard has not yet written to PostgreSQL; there are more only after a long outage of the database. */
const WAITING_MAX = 5_000;

const ALL: Omit<OrderFilter, "afterOrderId"> = {
  status: "all",
  limit: PAGE,
  after: null,
  until: null,
  direction: "asc",
  symbols: null,
  side: null,
  beforeOrderId: null,
};

/** The parts of every account: those of the first one by their names, those of each other in a folder named by its id. */
export function partsOfAccounts(env: Bindings, accountIds: readonly AccountId[]): ArchivePart[] {
  return accountIds.flatMap((accountId, nth) => {
    const parts = accountParts(env, accountId);
    // A part computes its note from what it has read, so it is the same object by another name.
    return nth === 0 ? parts : parts.map((part) => Object.assign(part, { name: `accounts/${accountId}/${part.name}` }));
  });
}

function accountParts(env: Bindings, accountId: AccountId): ArchivePart[] {
  const account = accountObject(env, accountId);
  return [
    { name: "account", pages: () => holdings(account, false) },
    { name: "positions", pages: () => holdings(account, true) },
    { name: "settings", pages: () => settings(account) },
    { name: "risk_controls", pages: () => riskControls(account) },
    { name: "orders", pages: () => orders(account) },
    tradeUpdates(account),
    { name: "activities", pages: () => activities(account) },
    { name: "deposits", pages: () => deposits(account) },
    { name: "withdrawals", pages: () => withdrawals(account) },
    { name: "own_transfers", pages: () => ownTransfers(account, accountId) },
    { name: "watchlists", pages: () => watchlists(account, accountId) },
    { name: "cancel_timers", pages: () => timers(account) },
    auditEvents(env, account, accountId),
  ];
}

async function* holdings(account: AccountRpc, positionsOnly: boolean): AsyncGenerator<readonly Row[]> {
  const view = await account.summary();
  if (view === null) return;
  const { positions, ...cash } = holdingsToWire(view);
  yield positionsOnly ? positions : [cash];
}

/** Alpaca's configurations and the exchange's own settings, in one row. */
async function* settings(account: AccountRpc): AsyncGenerator<readonly Row[]> {
  const set = await account.settings();
  if (set !== null) yield [{ ...configurationsToWire(set), ...settingsToWire(set) }];
}

/** Kill switches, and the blocks and limits of the exchange. */
async function* riskControls(account: AccountRpc): AsyncGenerator<readonly Row[]> {
  const controls = await account.controls();
  if (controls !== null) yield [{ ...controlsToWire(controls) }];
}

/** Oldest first; each order as it is when its page is read. */
async function* orders(account: AccountRpc): AsyncGenerator<readonly Row[]> {
  let after: string | null = null;
  for (;;) {
    const page: Order[] | UnknownOrder = await account.orders({ ...ALL, afterOrderId: after });
    if (!Array.isArray(page)) return;
    if (page.length > 0) yield page.map((order) => ({ ...orderToWire(order) }));
    after = page.at(-1)?.id ?? null;
    if (page.length < PAGE) return;
  }
}

function tradeUpdates(account: AccountRpc): ArchivePart {
  let first: number | null = null;
  return {
    name: "trade_updates",
    async *pages() {
      let after = 0;
      for (;;) {
        const { updates } = await account.updatesAfter(after, PAGE);
        if (updates.length === 0) return;
        first ??= updates[0]?.sequence ?? null;
        yield updates.map(updateRow);
        after = updates.at(-1)?.sequence ?? after;
      }
    },
    note: () => (first === null || first === 1 ? null : "only the newest are kept; all fills are in audit_events"),
  };
}

function updateRow({ sequence, event, executionId, at, order, price, qty, positionQty }: TradeUpdate): Row {
  const { qtyDecimals } = assetOf(order.symbol);
  const lots = (amount: number | null) => (amount === null ? null : formatDecimal(amount, qtyDecimals));
  return {
    sequence,
    event,
    execution_id: executionId,
    at: new Date(at).toISOString(),
    order_id: order.id,
    symbol: order.symbol,
    side: order.side,
    price: price === null ? null : formatDecimal(price, PRICE_DECIMALS),
    qty: lots(qty),
    position_qty: lots(positionQty),
  };
}

/** Oldest first. */
async function* activities(account: AccountRpc): AsyncGenerator<readonly Row[]> {
  const all = { types: null, afterMicros: null, untilMicros: null, direction: "asc", limit: PAGE } as const;
  for (let pageToken: string | null = null; ;) {
    const page: ActivitiesPage | UnknownActivity = await account.activities({ ...all, pageToken });
    if ("unknown" in page) return;
    yield page.activities.map((activity) => activityRow(activity));
    pageToken = page.activities.at(-1)?.id ?? null;
    if (!page.more) return;
  }
}

async function* deposits(account: AccountRpc): AsyncGenerator<readonly Row[]> {
  let after = 0;
  for (;;) {
    const page = await account.deposits(after, PAGE);
    yield page.map(({ reference, asset, amount }) => {
      const decimals = asset === CASH ? PRICE_DECIMALS : assetOf(asset).qtyDecimals;
      return { reference, asset, amount: formatDecimal(amount, decimals) };
    });
    after = page.at(-1)?.place ?? after;
    if (page.length < PAGE) return;
  }
}

async function* watchlists(account: AccountRpc, accountId: AccountId): AsyncGenerator<readonly Row[]> {
  const lists = await account.watchlists();
  yield lists.map((list) => ({ ...watchlistHeadToWire(accountId, list), symbols: list.symbols.join(" ") }));
}

/** The newest first. */
async function* withdrawals(account: AccountRpc): AsyncGenerator<readonly Row[]> {
  let before: number | null = null;
  for (;;) {
    const page: StoredWithdrawal[] = await account.withdrawals(before, PAGE);
    if (page.length > 0) yield page.map((each) => ({ ...withdrawalToWire(each) }));
    before = page.at(-1)?.place ?? null;
    if (page.length < PAGE) return;
  }
}

/** To other accounts of the owner, the newest first. */
async function* ownTransfers(account: AccountRpc, accountId: AccountId): AsyncGenerator<readonly Row[]> {
  let before: number | null = null;
  for (;;) {
    const page: StoredWithdrawal[] = await account.ownTransfers(before, PAGE);
    if (page.length > 0) yield page.map((each) => ({ ...ownTransferToWire(accountId, each) }));
    before = page.at(-1)?.place ?? null;
    if (page.length < PAGE) return;
  }
}

async function* timers(account: AccountRpc): AsyncGenerator<readonly Row[]> {
  const [{ triggerTime }, leases] = [await account.cancelAfter(), await account.leases()];
  const due = [
    ...(triggerTime === null ? [] : [{ kind: "cancel_after", session: null, at: triggerTime }]),
    ...leases.map(({ session, at }) => ({ kind: "cancel_on_disconnect", session, at })),
  ];
  yield due.map(({ kind, session, at }) => ({ kind, session, at: new Date(at).toISOString() }));
}

/** Events with the addresses and user agents, which only the account can decrypt. */
function auditEvents(env: Bindings, account: AccountRpc, accountId: AccountId): ArchivePart {
  let note: string | null = null;
  return {
    name: "audit_events",
    async *pages() {
      const shard = auditShardObject(env, auditShardOf(accountId, await shardCounts(env)));
      if (!(await account.auditSettled())) note = "the newest events are still on their way";
      // Reads the shard's disk first: an event that is drained meanwhile is then found twice, not missed.
      const waiting = await shard.waitingEvents(accountId, WAITING_MAX);
      if (waiting.length === WAITING_MAX) note = "there are newer events, which are not in the database yet";
      const known = new Set(waiting.map(({ seq }) => seq));
      try {
        let after = 0;
        for (;;) {
          const page = await shard.drainedEvents(accountId, after, PAGE);
          const fresh = page.filter(({ seq }) => !known.has(seq));
          if (fresh.length > 0) yield await eventRows(account, fresh);
          after = page.at(-1)?.seq ?? after;
          if (page.length < PAGE) break;
        }
      } catch {
        note = "the audit database was out of reach: only events that are not in it yet are here";
      }
      for (let at = 0; at < waiting.length; at += PAGE) yield await eventRows(account, waiting.slice(at, at + PAGE));
    },
    note: () => note,
  };
}

async function eventRows(account: AccountRpc, events: readonly TrailEvent[]): Promise<Row[]> {
  const rows = events.map(({ line }) => {
    const fields = line.split(FIELD_SEPARATOR);
    return Object.fromEntries(AUDIT_FIELDS.map((field, at) => [field, fields[at] ?? ""]));
  });
  const opened = await account.openOrigins(
    rows.map((row) => ({ ip: row["ip_address"] ?? "", userAgent: row["user_agent"] ?? "" })),
  );
  return rows.map((row, at) => {
    const json = (text = "") => (text === "" ? null : (JSON.parse(text) as unknown));
    const read = { body: json(row["body"]), before: json(row["before"]), after: json(row["after"]) };
    const others = isOfOthers(read.body, row["actor_id"], row["user_id"]);
    const { ip = null, userAgent = null } = (others ? null : opened[at]) ?? {};
    const time = new Date(Number(row["at"])).toISOString();
    const credential = others ? "" : row["credential_id"];
    return { ...row, at: time, ip_address: ip, user_agent: userAgent, credential_id: credential, ...read };
  });
}

/** Client info of somebody else's request is that person's data, so the owner does not get it. */
function isOfOthers(body: unknown, actor: string | undefined, owner: string | undefined): boolean {
  const { by, approved_by: approvedBy } = (body ?? {}) as { readonly by?: unknown; readonly approved_by?: unknown };
  const acted = actor === "" ? undefined : actor;
  return [by, approvedBy, acted].some((who) => who !== undefined && who !== owner);
}
