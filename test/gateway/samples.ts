/** Sample data of the gateway's tests: what the fake objects answer with. */
import type { SettlementView } from "../../protocol/rpc/accountSettlement.ts";
import type { Order } from "../../domain/account/state/order.ts";
import type { ApprovalView } from "../../protocol/rpc/approvals.ts";
import type { DirectoryEntry } from "../../protocol/rpc/directory.ts";
import type { KeyView } from "../../protocol/rpc/identity/apiKeys.ts";
import type { ActorReport } from "../../protocol/rpc/actor.ts";
import type { RateLimitStatus } from "../../domain/rateLimit.ts";
import type { OwnAccount } from "../../protocol/rpc/identity/accounts.ts";
import type { UserView } from "../../protocol/rpc/identity/admin.ts";
import type { SessionGrant } from "../../protocol/rpc/identity/sessions.ts";
import { activityId } from "../../protocol/ids/activityId.ts";
import type { MovementsView } from "../../protocol/rpc/movements.ts";
import type { StoredActivity } from "../../protocol/rpc/activities.ts";
import type { AccountView } from "../../protocol/rpc/account.ts";
import type { IdempotentResponse } from "../../domain/account/ledger/idempotentResponse.ts";
import type { MarketView } from "../../protocol/rpc/orderBook.ts";
import type { Principal } from "../../protocol/auth/principal.ts";
import { ownTransferToWire } from "../../protocol/mapping/ownTransfers.ts";
import type { Withdrawal } from "../../domain/account/ledger/withdrawal.ts";

export const TRADER: Principal = { userId: crypto.randomUUID(), accountId: crypto.randomUUID(), roles: ["trader"] };

export const ADMIN: Principal = { ...TRADER, roles: ["trader", "admin"] };

export const ORDER: Order = {
  id: "5a8f2d0e-1b2c-4d3e-8f90-0123456789ab",
  clientOrderId: "mine",
  sequence: 1,
  symbol: "AAPL",
  side: "buy",
  type: "limit",
  timeInForce: "day",
  qty: 1_000_000,
  limitPrice: 2_680_000,
  protectionPrice: 2_680_000,
  extendedHours: false,
  submittedAt: 1_760_000_000_000,
  expiresAt: null,
  status: "new",
  filledQty: 0,
  filledValue: "0",
  held: 2_680_000,
  updatedAt: 1_760_000_000_000,
  filledAt: null,
  canceledAt: null,
  expiredAt: null,
};

export const REPLACED: Order = { ...ORDER, id: "6b8f2d0e-1b2c-4d3e-8f90-0123456789ab", replaces: ORDER.id };

export const VIEW: AccountView = {
  accountId: TRADER.accountId,
  accountNumber: "EX1",
  createdAt: 1_760_000_000_000,
  cash: 10_000_000,
  cashHeld: 0,
  positions: [{ symbol: "BTC/USD", qty: 100_000_000, available: 100_000_000, costBasis: 2_000_000 }],
};

/** The same account, whose record began when it was opened. */
export const MOVEMENTS: MovementsView = {
  cash: VIEW.cash,
  lots: VIEW.positions.map(({ symbol, qty }) => [symbol, qty] as const),
  createdAt: VIEW.createdAt,
  since: VIEW.createdAt,
  movements: [],
  next: null,
};

export const SETTLEMENT: SettlementView = {
  day: 20_787,
  settled: 8_000_000,
  unsettled: [{ day: 20_788, amount: 2_000_000 }],
  withdrawable: 7_500_000,
  buyingPower: 9_500_000,
  coinBuyingPower: 7_500_000,
  exempt: false,
  violations: [{ day: 20_780, kind: "good_faith" }],
  restrictedThrough: null,
};

const RECORDED = { at: 1_760_000_000_500, fees: [], lots: [] } as const;
/** A fill and a deposit. */
export const ACTIVITIES: readonly StoredActivity[] = [
  {
    ...RECORDED,
    id: activityId(TRADER.accountId, 2, RECORDED.at),
    type: "FILL",
    tradedAt: 1_760_000_000_400,
    orderId: ORDER.id,
    symbol: "AAPL",
    side: "buy",
    price: 2_675_000,
    qty: 400_000,
    cumQty: 400_000,
    leavesQty: 600_000,
    status: "partially_filled",
    cash: 1_070_000,
    tradeId: 77,
    liquidity: "taker",
    disposalId: null,
    washSales: [],
  },
  {
    id: activityId(TRADER.accountId, 1, 1_760_000_000_000),
    type: "CSD",
    at: 1_760_000_000_000,
    cash: 12_345_600,
    symbol: null,
    qty: 0,
    cost: 0,
    reference: "=first",
    description: "Deposit =first",
    lots: [],
  },
];
export const OWN_ACCOUNT: OwnAccount = {
  accountId: TRADER.accountId,
  number: "EX1",
  type: "cash",
  name: "savings",
  state: "open",
  openedAt: ORDER.submittedAt,
  closedAt: null,
  isDefault: true,
};

export const USER: UserView = {
  userId: TRADER.userId,
  accountId: TRADER.accountId,
  email: "ada@example.com",
  roles: ["trader"],
  plan: "standard",
  region: "world",
  createdAt: ORDER.submittedAt,
  verifiedAt: ORDER.submittedAt,
  disabledAt: null,
  sessions: 2,
  keys: 1,
};

export const ENTRY: DirectoryEntry = {
  userId: TRADER.userId,
  route: "R",
  accountId: TRADER.accountId,
  createdAt: ORDER.submittedAt,
  disabledAt: null,
};

export const APPROVAL: ApprovalView = {
  id: "ap1",
  kind: "deposit",
  state: "pending",
  accountId: TRADER.accountId,
  askedBy: ADMIN.userId,
  deposit: { reference: "r1", symbol: null, amount: "12.5" },
  askedAt: ORDER.submittedAt,
  expiresAt: ORDER.submittedAt + 1,
  decidedBy: null,
  decidedAt: null,
  refusal: null,
};

export const WITHDRAWAL: Withdrawal = {
  id: "7c8f2d0e-1b2c-4d3e-8f90-0123456789ab",
  reference: "rent",
  amount: 1_005_000,
  state: "pending",
  requestedBy: TRADER.userId,
  requestedAt: ORDER.submittedAt,
  decidedBy: null,
  decidedAt: null,
};

export const OWN_TRANSFER = ownTransferToWire(TRADER.accountId, {
  ...WITHDRAWAL,
  reference: "own/rent",
  to: "7d3c0a4e-0000-4000-8000-00000000000b",
});

export const KEY: KeyView = {
  keyId: "PKX",
  name: "bot",
  accountId: TRADER.accountId,
  scopes: ["read"],
  allowedIps: ["192.0.2.0/24"],
  expiresAt: ORDER.submittedAt,
  createdAt: ORDER.submittedAt,
  lastUsedAt: null,
  lastUsedIp: null,
};

const RECEIPT = { account_id: TRADER.accountId, reference: "r1", asset: "USD", amount: "1" };

export const DEPOSITED: IdempotentResponse = { status: 200, body: JSON.stringify(RECEIPT), replayed: false };

export const REPORT: ActorReport = {
  address: "book/AAPL",
  alerts: [{ id: 1, at: 5, kind: "mail_parked", facts: { from: "account/a", seq: 3 }, open: true }],
  parked: [{ from: "account/a", seq: 3, at: 5, error: "cannot be booked", message: "{}" }],
  peers: [{ peer: "account/a", sent: 2, acknowledged: 1, applied: 3 }],
  peerCount: 1,
  journal: { rows: 1, bytes: 100, snapshotBytes: 0 },
};

/** The rate-limit status of the fake account, which never runs out by itself. */
export const RATE: RateLimitStatus = { limit: 200, remaining: 150, resetAt: 1_760_000_000_500, retryAfterMs: 0 };

/** A session that has just begun. */
export const GRANT: SessionGrant = {
  sessionId: crypto.randomUUID(),
  jti: "jti",
  kind: "person",
  principal: TRADER,
  refreshToken: "refresh",
  steppedUpAt: null,
  csrfToken: "csrf",
};

/** A market in a reopening auction after a halt. */
export const MARKET: MarketView = {
  symbol: "AAPL",
  status: {
    phase: "reopening_auction",
    session: "regular",
    since: ORDER.submittedAt,
    until: ORDER.submittedAt + 10_000,
    halt: null,
    calendar: "us_equities",
    limitState: { side: "upper", since: ORDER.submittedAt },
    bands: { lower: 2_550_000, upper: 2_820_000, reference: 2_685_000, since: ORDER.submittedAt },
  },
  luldTier: 1,
  indicative: { price: 2_680_000, paired: 1_500_000, imbalance: 250_000, imbalanceSide: "buy", reference: 2_685_000 },
  last: { tradeId: 4, price: 2_679_900, qty: 1_000_000, at: ORDER.submittedAt },
  orders: 7,
  accounts: 2,
  sequence: 40,
};

/** In both shapes of errors. */
export const UNAUTHORIZED = { code: 40110000 };

export const TICKET = { symbol: "AAPL", side: "buy", type: "limit", time_in_force: "day", qty: 1, limit_price: "268" };

export const AUDIT_JOURNAL = {
  drained: { seq: 1, hash: "aa" },
  taken: { seq: 2, hash: "bb" },
  brokenAt: null,
  checkedThrough: 2,
};
