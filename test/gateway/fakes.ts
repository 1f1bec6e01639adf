/** The gateway over fake objects, which record their calls. */
import { firstAccountOf } from "../../domain/ids.ts";
import { exportJWK, generateKeyPair } from "jose";
import { afterEach, beforeAll, beforeEach, expect, vi } from "vitest";
import { NO_CONTROLS } from "../../domain/risk/limits.ts";
import { DEFAULT_SETTINGS } from "../../domain/account/settings/accountSettings.ts";
import type { ApprovalRpc } from "../../protocol/rpc/approvals.ts";
import type { DirectoryRpc } from "../../protocol/rpc/directory.ts";
import type { Plan } from "../../domain/rateLimit.ts";
import type { Metered, MeteredMethod } from "../../protocol/rpc/metered.ts";
import type { SessionView } from "../../protocol/rpc/identity/sessions.ts";
import type { DevMailboxRpc } from "../../protocol/rpc/devMailbox.ts";
import { newKeyId, routeOfEmail } from "../../protocol/ids/loginRoute.ts";
import type { AccountRpc } from "../../protocol/rpc/account.ts";
import type { AuditShardRpc, VerifiedPage } from "../../protocol/rpc/auditShard.ts";
import type { InstrumentRegistryRpc } from "../../protocol/rpc/instrumentRegistry.ts";
import type { IdentityRpc } from "../../protocol/rpc/identity.ts";
import { feedNamed, oauthApp, priceBoard } from "./idleObjects.ts";
import type { OrderBookRpc } from "../../protocol/rpc/orderBook.ts";
import type { Principal } from "../../protocol/auth/principal.ts";
import type { ThrottleRpc } from "../../protocol/rpc/throttle.ts";
import {
  ACTIVITIES,
  ADMIN,
  APPROVAL,
  AUDIT_JOURNAL,
  DEPOSITED,
  ENTRY,
  GRANT,
  KEY,
  MARKET,
  MOVEMENTS,
  ORDER,
  OWN_ACCOUNT,
  OWN_TRANSFER,
  RATE,
  REPLACED,
  REPORT,
  TRADER,
  USER,
  VIEW,
  WITHDRAWAL,
  SETTLEMENT,
} from "./samples.ts";
import { PREVIEW, killSwitchResult, tightenedControls } from "./riskSamples.ts";
import { MONEY, NOT_FOUND, paperBook, tape, tapeIndex } from "./transferFakes.ts";
import { undescribed } from "../described.ts";
import { withdrawalToWire } from "../../protocol/mapping/accounts.ts";
import { createApp } from "../../workers/gateway/app.ts";
import type { Bindings } from "../../workers/gateway/context.ts";
import { issueToken } from "../../workers/gateway/tokens.ts";

export const app = createApp();
export let jwtKeys: string;
export let keyId: string;
export let lines: string[];

beforeAll(async () => {
  const { privateKey } = await generateKeyPair("ES256", { extractable: true });
  jwtKeys = JSON.stringify({ keys: [{ ...(await exportJWK(privateKey)), kid: "k1" }] });
});

/** The names of the accounts that were addressed. */
export const accountNames: string[] = [];

/** The sessions of the fake login, by id. */
const sessions = new Map<string, SessionView>();

/** The methods of the fake objects, as mocks. */
export const account = {
  metered: vi.fn(async (_plan: Plan, method: MeteredMethod, args: unknown[]): Promise<Metered<unknown>> => {
    const call = account[method] as (...all: unknown[]) => Promise<unknown>;
    return { refused: false, rate: RATE, value: await call(...args) };
  }),
  inspect: vi.fn(async () => REPORT),
  open: vi.fn<AccountRpc["open"]>(async () => {}),
  submitOrder: vi.fn<AccountRpc["submitOrder"]>(async () => ({ ok: true, value: ORDER })),
  replaceOrder: vi.fn<AccountRpc["replaceOrder"]>(async () => ({ ok: true, value: REPLACED })),
  cancelOrder: vi.fn<AccountRpc["cancelOrder"]>(async () => ({ ok: true, value: ORDER })),
  cancelAllOrders: vi.fn<AccountRpc["cancelAllOrders"]>(async () => [
    { order: ORDER, outcome: { ok: true, value: null } },
    { order: ORDER, outcome: { ok: false, refusal: { reason: "order_not_cancelable", status: "filled" } } },
  ]),
  executeCommands: vi.fn<AccountRpc["executeCommands"]>(async (_, commands) =>
    commands.map(({ kind }) => ({ ok: true, value: kind === "cancel" ? null : kind === "replace" ? REPLACED : ORDER })),
  ),
  closePosition: vi.fn<AccountRpc["closePosition"]>(async () => ({ ok: true, value: ORDER })),
  closePositions: vi.fn<AccountRpc["closePositions"]>(async () => []),
  order: vi.fn<AccountRpc["order"]>(async () => ORDER),
  orderByClientOrderId: vi.fn<AccountRpc["orderByClientOrderId"]>(async () => ORDER),
  orders: vi.fn<AccountRpc["orders"]>(async () => [ORDER]),
  activities: vi.fn<AccountRpc["activities"]>(async () => ({ activities: ACTIVITIES, more: false, since: 1 })),
  movements: vi.fn<AccountRpc["movements"]>(async () => MOVEMENTS),
  movementSteps: vi.fn<AccountRpc["movementSteps"]>(async () => ({ movements: [], next: null })),
  lots: vi.fn<AccountRpc["lots"]>(async () => ({ quantity: 0, cost: 0, lots: [], before: 0, next: null })),
  realized: vi.fn<AccountRpc["realized"]>(async () => ({ lines: [], next: null })),
  takeTokens: vi.fn<AccountRpc["takeTokens"]>(async () => undefined),
  summary: vi.fn<AccountRpc["summary"]>(async () => VIEW),
  audited: vi.fn<AccountRpc["audited"]>(async () => ({ events: 12, account: VIEW, open: [ORDER] })),
  watchlists: vi.fn<AccountRpc["watchlists"]>(async () => []),
  watchlist: vi.fn<AccountRpc["watchlist"]>(async () => null),
  changeWatchlist: vi.fn<AccountRpc["changeWatchlist"]>(async () => {
    return { ok: false, refusal: { reason: "watchlist_name_taken" } };
  }),
  setCancelAfter: vi.fn<AccountRpc["setCancelAfter"]>(async (_, seconds) => ({
    ok: true,
    value: { currentTime: ORDER.submittedAt, triggerTime: seconds === 0 ? null : ORDER.submittedAt + seconds * 1000 },
  })),
  cancelAfter: vi.fn<AccountRpc["cancelAfter"]>(async () => ({ currentTime: ORDER.submittedAt, triggerTime: null })),
  feePlan: vi.fn<AccountRpc["feePlan"]>(async () => ({ name: "zero", version: 1, volume: 125_000 })),
  settlement: vi.fn<AccountRpc["settlement"]>(async () => SETTLEMENT),
  settings: vi.fn<AccountRpc["settings"]>(async () => DEFAULT_SETTINGS),
  previewOrder: vi.fn<AccountRpc["previewOrder"]>(async () => PREVIEW),
  controls: vi.fn<AccountRpc["controls"]>(async () => NO_CONTROLS),
  tightenControls: vi.fn<AccountRpc["tightenControls"]>(async (_, asked) => tightenedControls(asked)),
  setKillSwitch: vi.fn<AccountRpc["setKillSwitch"]>(async (_, { on }) => killSwitchResult({ killedByOwner: on })),
  setKillSwitchOfExchange: vi.fn<AccountRpc["setKillSwitchOfExchange"]>(async (_, { on }) =>
    killSwitchResult({ killedByExchange: on }),
  ),
  changeSettings: vi.fn<AccountRpc["changeSettings"]>(async (_, change) => ({
    ok: true,
    value: { ...DEFAULT_SETTINGS, ...change },
  })),
  requestWithdrawal: vi.fn<AccountRpc["requestWithdrawal"]>(async () => {
    const answer = { status: 202, body: JSON.stringify(withdrawalToWire(WITHDRAWAL)), replayed: false };
    return { ok: true, value: { withdrawal: WITHDRAWAL, answer } };
  }),
  withdrawals: vi.fn<AccountRpc["withdrawals"]>(async () => [{ place: 7, ...WITHDRAWAL }]),
  requestOwnTransfer: vi.fn<AccountRpc["requestOwnTransfer"]>(async () => {
    return { ok: true, value: { status: 202, body: JSON.stringify(OWN_TRANSFER), replayed: false } };
  }),
  ownTransfers: vi.fn<AccountRpc["ownTransfers"]>(async () => [
    { place: 7, ...WITHDRAWAL, to: OWN_TRANSFER.to_account_id },
  ]),
  deposit: vi.fn<AccountRpc["deposit"]>(async () => ({ ok: true, value: { ...VIEW, answer: DEPOSITED } })),
};
export const identity = {
  region: {
    current: vi.fn<IdentityRpc["region"]["current"]>(async () => null),
  },
  loginSessions: {
    verify: vi.fn<IdentityRpc["loginSessions"]["verify"]>(async (sessionId) => {
      const view = sessions.get(sessionId);
      return view === undefined ? { ok: false, reason: "session_ended" } : { ok: true, value: view };
    }),
    refresh: vi.fn<IdentityRpc["loginSessions"]["refresh"]>(async () => ({ ok: true, value: GRANT })),
    endByRefreshToken: vi.fn<IdentityRpc["loginSessions"]["endByRefreshToken"]>(async () => ({
      ok: true,
      value: null,
    })),
    end: vi.fn<IdentityRpc["loginSessions"]["end"]>(async () => true),
    endOthers: vi.fn<IdentityRpc["loginSessions"]["endOthers"]>(async () => 1),
    list: vi.fn<IdentityRpc["loginSessions"]["list"]>(async () => []),
    securityLog: vi.fn<IdentityRpc["loginSessions"]["securityLog"]>(async () => []),
    me: vi.fn<IdentityRpc["loginSessions"]["me"]>(async () => ({
      ok: true,
      value: {
        userId: TRADER.userId,
        email: "ada@example.com",
        roles: TRADER.roles,
        plan: "standard",
        region: "world",
        accountIds: [TRADER.accountId],
        createdAt: ORDER.submittedAt,
      },
    })),
  },
  notifications: {
    withdrawalRequested: vi.fn<IdentityRpc["notifications"]["withdrawalRequested"]>(async () => {}),
  },
  devices: {
    recognize: vi.fn<IdentityRpc["devices"]["recognize"]>(async () => ({ device: null, network: false })),
  },
  registration: { createGuest: vi.fn<IdentityRpc["registration"]["createGuest"]>() },
  apiKeys: {
    list: vi.fn<IdentityRpc["apiKeys"]["list"]>(async () => []),
    change: vi.fn<IdentityRpc["apiKeys"]["change"]>(async () => ({ ok: false, reason: "key_not_found" })),
    revoke: vi.fn<IdentityRpc["apiKeys"]["revoke"]>(async () => false),
    create: vi.fn<IdentityRpc["apiKeys"]["create"]>(async () => ({
      ok: true,
      value: { keyId, secret: "s", key: KEY },
    })),
    verify: vi.fn<IdentityRpc["apiKeys"]["verify"]>(async (_, secret) =>
      secret === "right" ? { ok: true, value: TRADER } : { ok: false, reason: "no_such_key" },
    ),
  },
  accountGrants: {
    accounts: vi.fn<IdentityRpc["accountGrants"]["accounts"]>(async () => []),
    sharedScopes: vi.fn<IdentityRpc["accountGrants"]["sharedScopes"]>(async () => []),
    give: vi.fn<IdentityRpc["accountGrants"]["give"]>(async () => ({ ok: false, reason: "forbidden" })),
    given: vi.fn<IdentityRpc["accountGrants"]["given"]>(async () => null),
    end: vi.fn<IdentityRpc["accountGrants"]["end"]>(async () => false),
  },
  ownAccounts: {
    list: vi.fn<IdentityRpc["ownAccounts"]["list"]>(async () => [OWN_ACCOUNT]),
    access: vi.fn<IdentityRpc["ownAccounts"]["access"]>(async () => ({ own: false, scopes: [] })),
    open: vi.fn<IdentityRpc["ownAccounts"]["open"]>(async () => {
      return { ok: true, value: { account: OWN_ACCOUNT, replayed: false } };
    }),
    change: vi.fn<IdentityRpc["ownAccounts"]["change"]>(async () => ({ ok: true, value: OWN_ACCOUNT })),
    close: vi.fn<IdentityRpc["ownAccounts"]["close"]>(async () => {
      return { ok: true, value: { kind: "closed", account: OWN_ACCOUNT } };
    }),
  },
  administration: {
    view: vi.fn<IdentityRpc["administration"]["view"]>(async () => USER),
    endSessions: vi.fn<IdentityRpc["administration"]["endSessions"]>(async () => 2),
    revokeKey: vi.fn<IdentityRpc["administration"]["revokeKey"]>(async () => false),
  },
};
export const auditShard = {
  inspect: vi.fn(async () => REPORT),
  status: vi.fn<AuditShardRpc["status"]>(async () => ({ taken: 0, drained: 0, lag: 0, hash: "", shards: 3 })),
  checkpoints: vi.fn(async (shard: number, limit: number) => [{ seq: 100 * limit + shard, jws: "a.b.c" }]),
  checkpointKeys: vi.fn<AuditShardRpc["checkpointKeys"]>(async () => [{ kid: "k1" }]),
  journal: vi.fn<AuditShardRpc["journal"]>(async () => AUDIT_JOURNAL),
  verify: vi.fn(async (shard: number, after: number, limit: number): Promise<VerifiedPage> => {
    const page = { shard, from: after + 1, through: after + limit, events: limit, head: { seq: 9, hash: "cc" } };
    const first = { seq: 7, eventId: null, kind: "missing", detail: "gone" };
    return shard === 2
      ? { ...page, ok: false, firstDifference: first, next: null }
      : { ...page, ok: true, firstDifference: null, next: shard === 0 ? null : after + limit };
  }),
  search: vi.fn<AuditShardRpc["search"]>(async () => []),
};
const top = vi.fn<OrderBookRpc["top"]>(async () => TOP);
const closes = vi.fn<OrderBookRpc["closes"]>(async () => NO_PRICES);
export const book = {
  top,
  closes,
  prices: vi.fn<OrderBookRpc["prices"]>(async () => NO_PRICES),
  topWithCloses: vi.fn<OrderBookRpc["topWithCloses"]>(async (from, through) => {
    return { top: await top(), closes: await closes(from, through) };
  }),
  inspect: vi.fn(async () => REPORT),
  status: vi.fn<OrderBookRpc["status"]>(async () => MARKET),
  halt: vi.fn<OrderBookRpc["halt"]>(async () => MARKET),
  resume: vi.fn<OrderBookRpc["resume"]>(async () => MARKET),
  configure: vi.fn<OrderBookRpc["configure"]>(async () => MARKET),
  breaker: vi.fn<OrderBookRpc["breaker"]>(async () => MARKET),
};
const NO_PRICES = { at: new Float64Array(0), price: new Float64Array(0) };
const TOP = { symbol: "BTC/USD", bid: null, ask: null, last: null, sequence: 0, at: 0 };
export const quotes = {
  fetch: vi.fn<Bindings["QUOTES"]["fetch"]>(
    async (request: Request) => new Response(JSON.stringify(request.url), { headers: { "X-From": "quotes" } }),
  ),
};
/** The directory: the trader is the only user. */
export const directory = {
  enter: vi.fn<DirectoryRpc["enter"]>(async () => {}),
  find: vi.fn<DirectoryRpc["find"]>(async (userId) => (userId === ENTRY.userId ? ENTRY : null)),
  page: vi.fn<DirectoryRpc["page"]>(async () => []),
};
export const approvals = {
  beginAct: vi.fn<ApprovalRpc["beginAct"]>(async () => 1),
  endAct: vi.fn<ApprovalRpc["endAct"]>(async () => {}),
  bootstrap: vi.fn<ApprovalRpc["bootstrap"]>(async () => {
    return { ok: true, value: { userId: TRADER.userId, accountId: TRADER.accountId } };
  }),
  proposeUser: vi.fn<ApprovalRpc["proposeUser"]>(async ({ act, alone }) => {
    const userId = act.kind === "user_invite" && !alone ? "" : TRADER.userId;
    const accountId = firstAccountOf(userId);
    const state = alone ? "booked" : "pending";
    return {
      ok: true,
      value: { approval: { ...APPROVAL, kind: act.kind, user: act, state, accountId, userId }, again: false },
    };
  }),
  approve: vi.fn<ApprovalRpc["approve"]>(async () => NOT_FOUND),
  reject: vi.fn<ApprovalRpc["reject"]>(async () => NOT_FOUND),
  approvals: vi.fn<ApprovalRpc["approvals"]>(async () => []),
  acts: vi.fn<ApprovalRpc["acts"]>(async () => []),
};
export const throttle = { begin: vi.fn<ThrottleRpc["begin"]>(async () => 0), giveBack: vi.fn(async () => {}) };
export const devMailbox = {
  list: vi.fn<DevMailboxRpc["list"]>(async () => [
    { id: 1, at: ORDER.submittedAt, to: "<ada>@example.com", subject: "a & b", text: "<script>alert(1)</script>" },
  ]),
};

beforeEach(async () => {
  keyId = newKeyId(await routeOfEmail(`${crypto.randomUUID()}@example.com`));
  lines = [];
  accountNames.length = 0;
  for (const level of ["log", "warn", "error"] as const) {
    vi.spyOn(console, level).mockImplementation((line: string) => lines.push(line));
  }
});
afterEach(() => {
  vi.restoreAllMocks();
  vi.clearAllMocks();
});

/** Nothing was decided at run time, unless a test says so. */
export const instrumentRegistry = {
  since: vi.fn<InstrumentRegistryRpc["since"]>(async () => null),
  decided: vi.fn<InstrumentRegistryRpc["decided"]>(async () => null),
  change: vi.fn<InstrumentRegistryRpc["change"]>(),
  planLimits: vi.fn<InstrumentRegistryRpc["planLimits"]>(async () => []),
};

export function env(): Bindings {
  return {
    MARKET_CALENDAR: "always",
    JURISDICTIONS: "off",
    PUBLIC_URL: "https://exchange.test",
    CORS_ORIGINS: "https://app.example.com https://desk.example.com:8443",
    ACCOUNT: {
      getByName: (name: string) => {
        accountNames.push(name);
        return account;
      },
    },
    AUDIT_SHARD: {
      getByName: (name: string) => ({
        ...auditShard,
        checkpoints: (limit: number) => auditShard.checkpoints(Number(name), limit),
        verify: (after: number, limit: number) => auditShard.verify(Number(name), after, limit),
      }),
    },
    IDENTITY: { getByName: () => identity },
    OAUTH_APP: { getByName: () => oauthApp },
    FEED: { getByName: feedNamed },
    OIDC_PROVIDERS: "[]",
    THROTTLE: { getByName: () => throttle },
    DEV_MAILBOX: { getByName: () => devMailbox },
    DIRECTORY: { getByName: () => directory },
    APPROVALS: { getByName: () => approvals },
    ...MONEY,
    FOUR_EYES: "off",
    ORDER_BOOK: { getByName: () => book },
    PRICE_BOARD: { getByName: () => priceBoard },
    PAPER_ACCOUNT: { getByName: () => account },
    PAPER_BOOK: { getByName: () => paperBook },
    TAPE: { getByName: () => tape },
    TAPE_INDEX: { getByName: () => tapeIndex },
    INSTRUMENT_REGISTRY: { getByName: () => instrumentRegistry },
    QUOTES: quotes,
    JWT_KEYS: jwtKeys,
    BOOTSTRAP_SECRET: "bootstrap",
    MAILER: "ses",
  };
}

export interface Reply {
  readonly status: number;
  readonly headers: Headers;
  readonly body: unknown;
}

export async function send(method: string, path: string, init: RequestInit = {}): Promise<Reply> {
  const response = await app.request(`http://exchange.test${path}`, { method, ...init }, env());
  const text = await response.text();
  const body = text === "" ? null : (JSON.parse(text) as unknown);
  // Every response is also checked against its description, unless a fake worker made it.
  const faked = response.headers.get("X-From") === "quotes" || new Headers(init.headers).has("Upgrade");
  if (!faked) expect(undescribed(method, path, response.status, body), `${method} ${path}`).toBe("");
  return { status: response.status, headers: response.headers, body };
}

/** The response to a GET whose body is not JSON. */
export async function answerOf(path: string, init: RequestInit): Promise<Response> {
  return app.request(`http://exchange.test${path}`, init, env());
}

/** An access token of a session of its own. */
export async function tokenOf(principal: Principal, view: Partial<SessionView> = {}): Promise<string> {
  const sessionId = crypto.randomUUID();
  sessions.set(sessionId, { kind: "person", principal, steppedUpAt: null, csrfToken: "csrf", ...view });
  const { userId, accountId } = principal;
  return issueToken(jwtKeys, { userId, accountId, route: "R", sessionId, jti: sessionId }, Date.now());
}

/** A request of a trader with an API key. */
export function trade(
  method: string,
  path: string,
  body?: unknown,
  headers: Record<string, string> = {},
): Promise<Reply> {
  const keys = { "APCA-API-KEY-ID": keyId, "APCA-API-SECRET-KEY": "right", ...headers };
  const text = body === undefined || typeof body === "string" ? body : JSON.stringify(body);
  return send(method, path, { headers: keys, ...(text === undefined ? {} : { body: text }) });
}

/** A request of an administrator with a fresh step-up. */
export async function asAdmin(
  method: string,
  path: string,
  body: unknown,
  headers: Record<string, string> = {},
): Promise<Reply> {
  const token = await tokenOf(ADMIN, { steppedUpAt: Date.now() });
  return send(method, path, { headers: { Authorization: `Bearer ${token}`, ...headers }, body: JSON.stringify(body) });
}

export async function asAdminGet(path: string): Promise<Reply> {
  return send("GET", path, { headers: { Authorization: `Bearer ${await tokenOf(ADMIN)}` } });
}
