/**
 * An upgrade: the previous release trades on a state folder, then the core of this one with the gateway and the quotes
 * worker of the previous, as a deployment has it for minutes, then this one. What was open, owned, signed in, pending or
 * read up to a cursor before is still so, and the audit trail verifies across all.
 */
import { execFile } from "node:child_process";
import { once } from "node:events";
import { chmodSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { administrationOf } from "../../dev/administration.ts";
import { exchangeApi } from "../../dev/api.ts";
import type { Demo } from "../../dev/demo.ts";
import { freePort } from "../../dev/ports.ts";
import { accountAnswers } from "../upgrade/answers.ts";
import { botOf, continueOpen, DAY_COIN, FAR_BID, DAY_PRICE, leaveOpen, offeredAt } from "../upgrade/day.ts";
import { type Bot, type Day, restFarAway, tradeAtOnce } from "../upgrade/day.ts";
import { refuseWrites } from "../upgrade/objectRows.ts";
import { holdings, migrated, recomputed } from "../upgrade/recomputed.ts";
import { startDeployedCore, startPreviousRelease } from "../upgrade/previous.ts";
import { ROOT } from "../upgrade/release.ts";
import { type Run, startDev } from "./devRun.ts";
import { listen, marketTrades, tradeUpdates } from "./sockets.ts";

const WAIT = { timeout: 60_000, interval: 300 };
const TOTP_STEP_MS = 30_000;
/** The market makers of the previous release quote no coins, so nobody else trades with these orders. */
const COIN = "BTC/USD";

const dir = mkdtempSync(join(tmpdir(), "exchange-upgrade-"));
// A PostgreSQL that root lends to another user must be able to pass.
chmodSync(dir, 0o711);
const state = join(dir, "state");

type Headers = Readonly<Record<string, string>>;
// oxlint-disable-next-line typescript/no-explicit-any -- tests look into answers of many shapes
type Body = any;

let url = "";
let demo: Demo;
let dev: Run | null = null;
/** What the previous release answered last, by name. */
const before: Record<string, Body> = {};
/** What was answered while only the core was deployed. */
const during: Record<string, Body> = {};
let mails: Body[] = [];
const kept = {
  partial: "",
  withdrawal: "",
  refresh: "",
  access: "",
  other: "",
  cursor: "",
  seq: 0,
  revoked: {} as Headers,
};

async function ask(method: string, path: string, headers: Headers, body?: unknown, status = 200): Promise<Body> {
  const init: RequestInit = { method, headers: { "Content-Type": "application/json", ...headers } };
  if (body !== undefined) init.body = JSON.stringify(body);
  const response = await fetch(url + path, init);
  const text = await response.text();
  if (response.status !== status) throw new Error(`${method} ${path}: ${response.status} ${text}`);
  return text === "" ? null : JSON.parse(text);
}

const statusOf = async (headers: Headers): Promise<number> => (await fetch(`${url}/v2/account`, { headers })).status;
const keyOf = (index: number): Headers => {
  const trader = demo.traders[index];
  return { "APCA-API-KEY-ID": trader?.keyId ?? "", "APCA-API-SECRET-KEY": trader?.secret ?? "" };
};
const accountOf = (index: number): string => demo.traders[index]?.accountId ?? "";
const bearer = (token: string): Headers => ({ Authorization: `Bearer ${token}` });

async function signIn(index: number): Promise<Body> {
  const { email, password } = demo.traders[index] ?? { email: "", password: "" };
  return await ask("POST", "/v1/auth/login", {}, { email, password });
}

/** Money of the first administrator's own account, and what of it the previous release did not finish. */
const own = { account: "", cash: 0, settled: "", posting: "", unseen: "" };

async function requestWithdrawal(reference: string, amount: string): Promise<string> {
  return (await ask("POST", "/v1/withdrawals", administrators.asks, { reference, amount }, 202)).withdrawal_id;
}

async function approvalOf(reference: string): Promise<string> {
  const { approvals } = await ask("GET", "/v1/admin/approvals?state=pending", administrators.asks);
  const found = approvals.find((each: Body) => each.account_id === own.account && each.reference === reference);
  if (found === undefined) throw new Error(`nobody is asked about ${reference}`);
  return found.approval_id;
}

/** Approves a transfer whose account cannot commit the result: its object restarts, so that a request may fail. */
async function decide(id: string): Promise<void> {
  await approve(id).catch(() => undefined);
  const { approvals } = await ask("GET", "/v1/admin/approvals?state=approved", administrators.asks);
  expect(approvals.map((each: Body) => each.approval_id)).toContain(id);
}

/**
 * Transfers of that account: a settled withdrawal, and three that a crash cuts off between the commits of two objects.
 * The disk refuses the commit of the receiver, so that the message of the sender is all there is.
 */
async function cutOffTransfers(): Promise<() => void> {
  own.account = (await ask("GET", "/v2/account", administrators.asks)).id;
  await approve(await deposit(own.account, "own money", "500"));
  own.settled = await requestWithdrawal("settled", "20");
  own.posting = await requestWithdrawal("posting", "25");
  const settle = async () => expect(await approve(await approvalOf("settled"))).toMatchObject({ state: "booked" });
  await vi.waitFor(settle, WAIT);
  const [posting, depositing] = [await approvalOf("posting"), await deposit(own.account, "depositing", "30")];
  const restore = [refuseWrites(state, "transfers", "unseen")];
  own.unseen = await requestWithdrawal("unseen", "40");
  own.cash = Number((await ask("GET", "/v2/account", administrators.asks)).cash);
  restore.push(refuseWrites(state, "withdrawals", "posting"), refuseWrites(state, "deposits", "depositing"));
  for (const id of [posting, depositing]) await vi.waitFor(() => decide(id), WAIT);
  return () => restore.forEach((each) => each());
}

let orders = 0;
async function order(index: number, terms: Readonly<Record<string, unknown>>): Promise<Body> {
  const id = `upgrade-${++orders}`;
  return await ask("POST", "/v2/orders", keyOf(index), { time_in_force: "gtc", client_order_id: id, ...terms });
}

/** The bot of a trader, with the key that the previous release gave it. */
const bot = (index: number): Bot => botOf(ask, keyOf(index));
const dayOf = (name: string): Day => ({ name, seller: bot(0), buyer: bot(1) });

async function answers(): Promise<Record<string, Body>> {
  const found: Record<string, Body> = {};
  for (const index of [0, 1]) {
    const session = bearer(index === 0 ? kept.access : kept.other);
    const told = await accountAnswers(ask, keyOf(index), session);
    for (const [name, answer] of Object.entries(told)) found[`${name} ${index}`] = answer;
  }
  const pending = await ask("GET", "/v1/admin/approvals?state=pending", administrators.asks);
  found["approvals"] = pending.approvals.filter(({ account_id: id }: Body) => id !== own.account);
  return found;
}

interface Administrators {
  readonly asks: Headers;
  readonly approves: Headers;
}
let administrators: Administrators = { asks: {}, approves: {} };

/** Signs both administrators in; a code of the second one's app serves once, so that its session is kept. */
async function signInAdministrators(): Promise<void> {
  const api = exchangeApi(url, 2);
  const { admin, approver } = await administrationOf(api, demo.admin, demo.approver);
  api.close();
  const headers = (who: unknown): Headers => bearer((who as { bearer: string }).bearer);
  administrators = { asks: headers(admin), approves: headers(approver) };
}

const approve = async (id: string): Promise<Body> =>
  await ask("POST", `/v1/admin/approvals/${id}/approve`, administrators.approves);

/** Deposits wait for the second administrator. */
async function deposit(account: string, reference: string, amount: string, symbol?: string): Promise<string> {
  const path = `/v1/admin/accounts/${account}/deposits`;
  const body = { reference, amount, ...(symbol === undefined ? {} : { symbol }) };
  return (await ask("POST", path, administrators.asks, body, 202)).approval_id;
}

const trades = (cursor: string) => tradeUpdates(url, demo.traders[0]?.keyId, demo.traders[0]?.secret, cursor);
const market = (cursor: number | null, symbol = COIN) => marketTrades(url, demo.traders[0], symbol, cursor);

/** Lists the coin of the trading days, and gives the first trader some. */
async function listDayCoin(): Promise<void> {
  const coin = { symbol: DAY_COIN, name: "Day", exchange: "CRYPTO", reference_price: String(DAY_PRICE) };
  await ask("POST", "/v1/admin/instruments", administrators.asks, coin, 201);
  const booked = async (): Promise<void> => {
    const approval = await approve(await deposit(accountOf(0), "day coins", "20", DAY_COIN));
    expect(approval.state).toBe("booked");
  };
  await vi.waitFor(booked, WAIT);
  // The gateway of the previous release cannot value a symbol that its list, up to two seconds old, does not have.
  await vi.waitFor(() => ask("GET", "/v2/account", keyOf(0)), WAIT);
}

const isFillOfOffer = ({ data }: Body) =>
  data?.order?.client_order_id === "deployed offer" && data.event === "partial_fill";

/** The core of this release takes over; the other workers are those of the previous one, and serve their clients. */
async function throughDeployment(port: number): Promise<void> {
  const deployment = await startDeployedCore(state, port);
  during.answers = await answers();
  during.revoked = await statusOf(kept.revoked);
  const [updates, feed] = [await trades(""), await market(null, DAY_COIN)];
  await continueOpen(dayOf("previous"), "deployed");
  await tradeAtOnce(dayOf("deployed"));
  during.updates = await updates.next("fill", isFillOfOffer);
  during.trades = await feed.next("trade", (frames: Body[]) => frames.some(({ T }) => T === "t"));
  updates.close();
  feed.close();
  await leaveOpen(dayOf("deployed"));
  const key = await ask("POST", "/v1/keys", bearer(kept.access), undefined, 201);
  during.key = { "APCA-API-KEY-ID": key.key_id, "APCA-API-SECRET-KEY": key.secret };
  await vi.waitFor(async () => expect(await statusOf(during.key)).toBe(200), WAIT);
  await requestWithdrawal("deployed", "5");
  await vi.waitFor(
    async () => expect(await approve(await approvalOf("deployed"))).toMatchObject({ state: "booked" }),
    WAIT,
  );
  await approve(await deposit(own.account, "deployed deposit", "5"));
  during.after = await answers();
  mails = await ask("GET", "/dev/outbox.json", {});
  await deployment.stop();
}

beforeAll(async () => {
  vi.stubEnv("FOUR_EYES", "on");
  const port = await freePort(undefined);
  url = `http://localhost:${port}`;
  const previous = await startPreviousRelease(state, port);
  ({ demo } = previous);
  await signInAdministrators();
  const signedIn = Date.now();
  await approve(await deposit(accountOf(0), "coins", "3", COIN));
  await restFarAway((terms) => order(0, terms), "AAPL", 268);
  await restFarAway((terms) => order(1, terms), "MSFT", 400);
  const atOpening = { symbol: "SPY", side: "buy", type: "limit", limit_price: "300", qty: "1", time_in_force: "opg" };
  await order(1, atOpening).catch(() => undefined);
  const updates = await trades("");
  const feed = await market(null);
  const sell = await order(0, { symbol: COIN, side: "sell", type: "limit", limit_price: "240", qty: "1.5" });
  kept.partial = sell.id;
  await order(1, { symbol: COIN, side: "buy", type: "limit", limit_price: "240", qty: "0.25" });
  const fill = await updates.next("fill", ({ data }) => data?.event === "partial_fill" || data?.event === "fill");
  kept.cursor = String(fill.cursor);
  const trade = await feed.next("trade", (frames: Body[]) => frames.some(({ T }) => T === "t"));
  kept.seq = trade.find(({ T }: Body) => T === "t").seq;
  updates.close();
  feed.close();
  // After the cursors: what a reader has missed when the next release is there.
  await order(1, { symbol: COIN, side: "buy", type: "limit", limit_price: "240", qty: "0.5" });
  const session = await signIn(0);
  kept.other = (await signIn(1)).access_token;
  [kept.access, kept.refresh] = [session.access_token, session.refresh_token];
  const rent = { amount: "100", reference: "rent" };
  kept.withdrawal = (await ask("POST", "/v1/withdrawals", bearer(kept.access), rent, 202)).withdrawal_id;
  await deposit(accountOf(1), "waits", "250");
  await ask("POST", "/v1/orders/cancel-after", keyOf(0), { timeout_seconds: 80_000 });
  const revoked = await ask("POST", "/v1/keys", bearer(kept.access), undefined, 201);
  kept.revoked = { "APCA-API-KEY-ID": revoked.key_id, "APCA-API-SECRET-KEY": revoked.secret };
  await ask("DELETE", `/v1/keys/${revoked.key_id}`, bearer(kept.access), undefined, 204);
  await listDayCoin();
  await tradeAtOnce(dayOf("previous"));
  await leaveOpen(dayOf("previous"));
  Object.assign(before, await answers());
  const restore = await cutOffTransfers();
  await previous.stop();
  restore();
  await throughDeployment(port);
  // Its start signs the second administrator in, with a code of a later step than the one that was used here.
  await vi.waitFor(() => expect(Date.now() - signedIn).toBeGreaterThan(TOTP_STEP_MS), WAIT);
  dev = await startDev(state, port, { env: { FOUR_EYES: "on" } });
}, 240_000);

afterAll(async () => {
  vi.unstubAllEnvs();
  if (dev !== null && dev.process.exitCode === null) {
    dev.process.kill("SIGTERM");
    await once(dev.process, "exit");
  }
  rmSync(dir, { recursive: true, force: true });
});

describe("an exchange of the previous release continues under this one", () => {
  test("DV-21: orders, balances, positions, keys, sessions, withdrawals, approvals and timers are what they were", async () => {
    expect(before["orders 0"].length).toBeGreaterThan(6);
    expect(before["approvals"].length).toBe(2);
    expect(during.answers, "of the core of this release, by the gateway of the previous one").toEqual(before);
    expect(await answers(), "the gateway of this release may add fields").toMatchObject(during.after);
    expect(mails.length).toBeGreaterThan(3);
    expect(await ask("GET", "/dev/outbox.json", {})).toEqual(expect.arrayContaining(mails));
  });

  test("DV-21: a session continues by its refresh token, and a repeated request is still one order", async () => {
    const { access_token: token } = await ask("POST", "/v1/auth/refresh", {}, { refresh_token: kept.refresh });
    expect((await ask("GET", "/v1/accounts", bearer(token))).accounts.length).toBe(1);
    const first = { symbol: "AAPL", side: "sell", qty: "2", type: "limit", limit_price: (268 * 1.3).toFixed(2) };
    orders = 0;
    const again = await order(0, first);
    const all: Body[] = before["orders 0"];
    expect(again.id).toBe(all.find(({ client_order_id: id }) => id === "upgrade-1").id);
  });

  test("DV-21: streams resume from cursors of the previous release, each event once", async () => {
    const updates = await trades(kept.cursor);
    const missed = await updates.next("missed fill", ({ data }) => data?.order?.id === kept.partial);
    expect(missed.data).toMatchObject({ event: "partial_fill", qty: "0.5" });
    expect(Number(missed.cursor)).toBeGreaterThan(Number(kept.cursor));
    updates.close();
    const feed = await market(kept.seq);
    const frames = await feed.next("missed trade", (each: Body[]) => each.some(({ T }) => T === "t"));
    expect(frames.filter(({ T }: Body) => T === "t")).toMatchObject([{ S: COIN, p: 240, s: 0.5 }]);
    feed.close();
  });

  test("DV-21, ID-120: transfers that the previous release was cut off in end once, and the owner is notified once", async () => {
    const withdrawals = async (): Promise<Body[]> =>
      (await ask("GET", "/v1/withdrawals", administrators.asks)).withdrawals;
    const listed = async (): Promise<Body[]> =>
      (await ask("GET", "/v1/admin/approvals", administrators.asks)).approvals.filter(
        ({ account_id: id }: Body) => id === own.account,
      );
    await vi.waitFor(async () => {
      expect((await listed()).map(({ reference, state: now }) => `${reference} ${now}`).sort()).toEqual([
        "deployed booked",
        "deployed deposit booked",
        "depositing booked",
        "own money booked",
        "posting booked",
        "settled booked",
        "unseen pending",
      ]);
    }, WAIT);
    expect(await withdrawals()).toMatchObject([
      { reference: "deployed", state: "settled", transfer_state: "posted" },
      { withdrawal_id: own.unseen, state: "pending", transfer_state: "pending" },
      { withdrawal_id: own.posting, state: "settled", transfer_state: "posted" },
      { withdrawal_id: own.settled, state: "settled", transfer_state: "posted" },
    ]);
    const account = async (): Promise<Body> => await ask("GET", "/v2/account", administrators.asks);
    expect(await account()).toMatchObject({ pending_transfer_out: "40" });
    expect(Number((await account()).cash)).toBeCloseTo(own.cash + 30);
    const unseen = await approvalOf("unseen");
    await ask("POST", `/v1/admin/approvals/${unseen}/approve`, administrators.asks, undefined, 403);
    expect(await approve(unseen)).toMatchObject({ state: "booked" });
    expect(await withdrawals()).toMatchObject([{}, { withdrawal_id: own.unseen, state: "settled" }, {}, {}]);
    expect(await account()).toMatchObject({ pending_transfer_out: "0" });
    const notified = JSON.stringify(await ask("GET", "/dev/outbox.json", {}));
    for (const id of [own.settled, own.posting, own.unseen]) expect(notified.split(id).length - 1).toBe(1);
  });

  test("DV-21: while only the core is deployed, the other workers of the previous release serve their clients", () => {
    expect(during.revoked).toBe(401);
    expect(during.updates).toMatchObject({ stream: "trade_updates", data: { event: "partial_fill", price: "100" } });
    expect(during.trades).toContainEqual(expect.objectContaining({ T: "t", S: DAY_COIN }));
  });

  test("DV-21: open orders of every type trade, follow the market and end on time; keys and batches serve", async () => {
    await continueOpen(dayOf("deployed"), "this");
    await tradeAtOnce(dayOf("this"));
    expect([await statusOf(during.key), await statusOf(kept.revoked)]).toEqual([200, 401]);
    const place = (id: string) => ({ ...FAR_BID, action: "place", client_order_id: id });
    const batch = { commands: [place("batch 1"), place("batch 2"), { action: "cancel", client_order_id: "batch 1" }] };
    const results: Body[] = await ask("POST", "/v1/orders/batch", keyOf(1), batch, 207);
    expect(results.map(({ status }) => status)).toEqual([200, 200, 204]);
    const stream = await listen(`${url.replace("http", "ws")}/v1/trading/stream`);
    stream.send({ action: "auth", key: demo.traders[1]?.keyId, secret: demo.traders[1]?.secret });
    await stream.next("success", ({ T }) => T === "success");
    const cancel = { action: "cancel", client_order_id: "batch 2" };
    stream.send({ action: "orders", id: "f1", commands: [place("frame"), cancel] });
    const answer = await stream.next("answer", ({ id }) => id === "f1");
    expect(answer.results.map(({ status }: Body) => status)).toEqual([200, 204]);
    stream.close();
    expect((await bot(1).open()).map(({ client_order_id: id }) => id)).toEqual(["frame"]);
  });

  test("DV-21, AC-82, AC-87: what was pending is decided, what was open trades, and the trail verifies across both releases", async () => {
    const cash = async (): Promise<number> => Number((await ask("GET", "/v2/account", keyOf(1))).cash);
    const cashBefore = await cash();
    for (const { approval_id: id } of before["approvals"])
      expect(["approved", "booked"]).toContain((await approve(id)).state);
    await vi.waitFor(async () => {
      const [withdrawal] = (await ask("GET", "/v1/withdrawals", bearer(kept.access))).withdrawals;
      expect(withdrawal).toMatchObject({ withdrawal_id: kept.withdrawal, state: "settled" });
      expect(await cash()).toBeCloseTo(cashBefore + 250);
    }, WAIT);
    // However far the market makers have come: everything that they offer up to that price is bought.
    await approve(await deposit(accountOf(1), "for coins", "2500000"));
    const limit = { symbol: COIN, side: "buy", type: "limit", limit_price: "240", time_in_force: "ioc" };
    await vi.waitFor(async () => {
      const offered = offeredAt(240, await ask("GET", `/v1/books/${encodeURIComponent(COIN)}`, keyOf(1)));
      if (offered > 0) await order(1, { ...limit, qty: offered.toFixed(6) });
      expect((await ask("GET", `/v2/orders/${kept.partial}`, keyOf(0))).status).toBe("filled");
    }, WAIT);
    await ask("DELETE", "/v2/orders", keyOf(0), undefined, 207);
    await vi.waitFor(async () => expect(await ask("GET", "/v2/orders?status=open", keyOf(0))).toEqual([]), WAIT);
    await vi.waitFor(async () => expect(await recomputed(url, keyOf(0))).toEqual(await holdings(ask, keyOf(0))), WAIT);
    const verified = await new Promise<string>((resolve) => {
      const args = [join(ROOT, "ops/verify.ts"), "--state", state];
      execFile(join(ROOT, "node_modules/.bin/node"), args, { cwd: ROOT }, (_, out, error) => resolve(out + error));
    });
    expect(verified).toMatch(/^VERIFIED$/m);
  });

  test("PF-11, PF-65: what an account had is one tax lot of each position at its average cost, and settled cash", async () => {
    const [, qty, , average] = before["positions 0"].find(([symbol]: string[]) => symbol === "AAPL");
    const { cash } = await ask("GET", "/v2/account", keyOf(0));
    const lots = [["migrated", qty, Number(average)]];
    expect(await migrated(ask, keyOf(0), "AAPL")).toEqual({ lots, unsettled: [], settled: cash });
  });
});
