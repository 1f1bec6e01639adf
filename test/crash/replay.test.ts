import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, expect, test } from "vitest";
import { exchangeApi } from "../../dev/api.ts";
import type { Api } from "../../dev/api.ts";
import { prepareAccounts } from "../../ops/replay/accounts.ts";
import { readFeed } from "../../ops/replay/feed.ts";
import { playFeed } from "../../ops/replay/player.ts";
import { emptyBook, play } from "../../ops/replay/referenceBook.ts";
import { newTally } from "../../ops/replay/tally.ts";
import { compareBooks } from "../../ops/replay/verify.ts";
import { ROOT } from "../rig/bundles.ts";
import { KILLS as KILLS_OF_RUN, startCrashSite } from "./setup.ts";
import type { CrashSite } from "./setup.ts";

const FEED = join(ROOT, "../shared/data/orders/bitstamp-2015-05-01.csv.gz");
const SYMBOL = "BTC/USD";
/** A long run has its many kills in the traffic of crash.test.ts. */
const KILLS = Math.min(KILLS_OF_RUN, 40);
/** Recorded events between two kills. */
const EVENTS_PER_KILL = 200;
const EVENTS = (KILLS + 1) * EVENTS_PER_KILL;
const TIMEOUT_MS = 30_000;
const MINUTE = 60_000;

let site: CrashSite;
let api: Api;
let stateDir = "";

beforeAll(async () => {
  if (!existsSync(FEED)) return;
  stateDir = mkdtempSync(join(tmpdir(), "exchange-replay-"));
  site = await startCrashSite();
  api = exchangeApi(site.exchange.url, 2);
}, 2 * MINUTE);

afterAll(async () => {
  if (stateDir === "") return;
  api.close();
  await site.close();
  rmSync(stateDir, { recursive: true, force: true });
});

test.skipIf(!existsSync(FEED))(
  `DV-2, AK-1: a recorded feed played through ${KILLS} times kill -9 leaves the book of the reference model`,
  async () => {
    const { url, bootstrapSecret } = site.exchange;
    const admin = { email: "admin@rig.test", password: "correct horse battery staple" };
    const { account_id: accountId } = await api.bootstrapAdmin(bootstrapSecret, admin.email, admin.password);
    const demo = { url, databaseUrl: "", traders: [], admin: { ...admin, accountId, keyId: "", secret: "" } };
    const events = await readFeed(FEED, EVENTS);
    const accounts = await prepareAccounts(api, demo, join(stateDir, "replay.json"), SYMBOL, "crash", events);

    const tally = newTally();
    const crashes: Promise<void>[] = [];
    const progress = (done: number): void => {
      if (done % EVENTS_PER_KILL !== 0 || done === EVENTS) return;
      // The player continues: each kill hits the next order a few milliseconds later.
      const delayMs = crashes.length % 8;
      crashes.push(sleep(delayMs).then(() => site.crash()));
    };
    const { bids, asks } = accounts;
    const pace = { speed: Number.POSITIVE_INFINITY, timeoutMs: TIMEOUT_MS, stop: new AbortController().signal };
    await playFeed({ api, symbol: SYMBOL, bids, asks, run: "crash", ...pace, progress }, events, tally);
    await Promise.all(crashes);

    expect(crashes).toHaveLength(KILLS);
    expect(tally.retries).toBeGreaterThan(0);
    expect({ errors: tally.errors, rejects: tally.rejects }).toEqual({ errors: 0, rejects: new Map() });
    const reference = emptyBook();
    for (const event of events) play(reference, event);
    const trades = await api.lastTradeId(bids, SYMBOL);
    expect(compareBooks(reference, await api.restingOrders(bids, SYMBOL), trades)).toMatchObject({
      equal: true,
      differences: [],
    });
    expect(trades).toBeGreaterThan(0);
  },
  2 * MINUTE + KILLS * 20_000,
);
