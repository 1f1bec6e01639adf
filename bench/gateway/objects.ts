/** Objects that answer the gateway at once, without any work: bench/gateway.ts measures the gateway over them. */
import { DurableObject, RpcTarget } from "cloudflare:workers";
import type { Order } from "../../domain/account/state/order.ts";
import { RATE_LIMITS } from "../../domain/rateLimit.ts";
import type { Principal } from "../../protocol/auth/principal.ts";
import type { OrderView } from "../../protocol/rpc/orderViews.ts";
import type { Outcome } from "../../domain/account/entry/refusal.ts";
import type { Metered } from "../../protocol/rpc/metered.ts";

const AT = Date.UTC(2026, 10, 20, 15);
const USER = "5f0c2f0e-7d0b-4c1a-9d2e-0123456789ab";

const PRINCIPAL: Principal = {
  userId: USER,
  accountId: USER,
  roles: ["trader"],
  scopes: ["read", "trade", "withdraw"],
  plan: "market_maker",
  credential: { kind: "api_key", id: "PKAAAAAAAAAAAAAAAAAAAAAAAAAA" },
};

const ORDER: Order = {
  id: "5a8f2d0e-1b2c-4d3e-8f90-0123456789ab",
  clientOrderId: "7b8f2d0e-1b2c-4d3e-8f90-0123456789ab",
  sequence: 7,
  symbol: "AAPL",
  side: "buy",
  type: "limit",
  timeInForce: "day",
  qty: 3_000_000,
  limitPrice: 1_002_500,
  protectionPrice: 1_002_500,
  extendedHours: false,
  submittedAt: AT,
  submittedMicros: AT * 1_000 + 123,
  expiresAt: AT + 3_600_000,
  status: "new",
  filledQty: 0,
  filledValue: "0",
  held: 3_007_500,
  updatedAt: AT,
  filledAt: null,
  canceledAt: null,
  expiredAt: null,
};

/** The login of the key. */
class Keys extends RpcTarget {
  verify(): Outcome<Principal> {
    return { ok: true, value: PRINCIPAL };
  }
}

export class Identity extends DurableObject {
  get apiKeys(): Keys {
    return new Keys();
  }
}

export class Account extends DurableObject {
  metered(): Metered<Outcome<OrderView>> {
    const limit = RATE_LIMITS.market_maker.burst;
    const rate = { limit, remaining: limit - 1, resetAt: AT, retryAfterMs: 0 };
    return { refused: false, rate, value: { ok: true, value: ORDER } };
  }
}

export class InstrumentRegistry extends DurableObject {
  since(): null {
    return null;
  }
}

/** Not called. */
class Unused extends DurableObject {}
export class OAuthApp extends Unused {}
export class OrderBook extends Unused {}
export class AuditShard extends Unused {}
export class Throttle extends Unused {}
export class DevMailbox extends Unused {}
export class Directory extends Unused {}
export class Approvals extends Unused {}
export class Transfers extends Unused {}
export class HouseAccount extends Unused {}
export class PaperAccount extends Unused {}
export class PaperBook extends Unused {}
export class Tape extends Unused {}
export class TapeIndex extends Unused {}
export class PriceBoard extends Unused {}
export class Feed extends Unused {}

export default {
  fetch: (): Response => new Response(null, { status: 404 }),
} satisfies ExportedHandler;
