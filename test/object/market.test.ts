/** A market's calendar and its administrators, inside workerd: by the book's own alarm, over restarts, and to the relays. */
import { abortAllDurableObjects, runDurableObjectAlarm, runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { ticketWith } from "../../domain/account/testing.ts";
import {
  accountObject,
  orderBookObject,
  priceBoardObject,
  relayObject,
} from "../../durable-objects/actor/namespaces.ts";
import { decodeSegment } from "../../protocol/stream/segment.ts";
import type { MarketSegment } from "../../protocol/rpc/orderBook.ts";
import { boardOf } from "../../protocol/rpc/priceBoard.ts";
import type { Origin } from "../../domain/account/state/events.ts";
import type { Principal } from "../../protocol/auth/principal.ts";

const WAIT_OPTIONS = { timeout: 10_000 };
const ORIGIN: Origin = { requestId: "test", ip: "", userAgent: "" };
/** In the future: an alarm of the past would ring by itself. */
const START = Date.parse("2030-11-20T15:00:00-05:00");
const CLOSE = Date.parse("2030-11-20T16:00:00-05:00");

beforeEach(() => {
  now(START);
});
afterEach(() => {
  vi.useRealTimers();
});

/** Sets the clock; only `Date` is not real. */
function now(ms: number): void {
  vi.useFakeTimers({ toFake: ["Date"], now: ms });
}

/** A trader with cash and shares. */
async function funded(symbol: string): Promise<Principal> {
  const accountId = crypto.randomUUID();
  const who: Principal = { userId: accountId, accountId, roles: ["trader"] };
  const account = accountObject(env, accountId);
  await account.open(accountId, ORIGIN);
  await account.deposit(who, { reference: "cash", symbol: null, amount: "10000" }, ORIGIN);
  await account.deposit(who, { reference: "lots", symbol, amount: "100" }, ORIGIN);
  return who;
}

/** A book, an account that buys and one that sells there, and a relay that listens. */
async function market(symbol: string) {
  const traders: Readonly<Record<string, Principal>> = { buy: await funded(symbol), sell: await funded(symbol) };
  // Anew each time: an object that was aborted answers no old stub.
  const account = (side: string) => accountObject(env, traders[side]?.accountId ?? "");
  const sides = new Map<string, string>();
  const relay = () => relayObject(env, `relay of ${symbol}`) as unknown as { pushed(): Promise<MarketSegment[]> };
  await orderBookObject(env, symbol).subscribe(`relay of ${symbol}`, Date.now());
  return {
    buyer: traders["buy"]?.accountId ?? "",
    book: () => orderBookObject(env, symbol),
    ring: () => runDurableObjectAlarm(env.ORDER_BOOK.getByName(symbol)),
    /** Sends an order of one share, `side price`, and gives its id. */
    send: async (line: string, timeInForce = "gtc"): Promise<string> => {
      const [side = "", limitPrice = ""] = line.split(" ");
      const ticket = ticketWith({
        symbol,
        side,
        limitPrice,
        qty: "1",
        timeInForce,
        clientOrderId: crypto.randomUUID(),
      });
      const outcome = await account(side).submitOrder(traders[side] as Principal, ticket, ORIGIN);
      if (!outcome.ok) throw new Error(outcome.refusal.reason);
      sides.set(outcome.value.id, side);
      return outcome.value.id;
    },
    status: async (orderId: string) => (await account(sides.get(orderId) ?? "").order(orderId))?.status,
    /** Elements of this kind that the relay was pushed, in words. */
    told: async (kind: string) =>
      (await relay().pushed())
        .flatMap(({ status, bands, imbalance }) => [status, bands, imbalance])
        .flatMap((part) => (part === undefined || part === null ? [] : (decodeSegment(part) as Told[])))
        .filter(({ T }) => T === kind)
        .map(({ sc, rc, i, paired }) => (sc === undefined ? String(i ?? paired) : `${sc}${rc ?? ""}`)),
  };
}

interface Told {
  readonly T: string;
  readonly sc?: string;
  readonly rc?: string;
  readonly i?: string;
  readonly paired?: number;
}

const saw = (told: () => Promise<string[]>, words: string[]) =>
  vi.waitFor(async () => expect(await told()).toEqual(words), WAIT_OPTIONS);

describe("MD-35: a halt by hand", () => {
  test("stops matching at once and over a restart; a resume gathers, and the alarm brings the auction", async () => {
    const { book, send, ring, told, status } = await market("WMT");
    expect(await book().resume(5_000)).toBeNull();
    expect(await book().halt("news", null)).toMatchObject({ status: { phase: "halted", halt: "news", until: null } });
    await saw(() => told("s"), ["HT1"]);
    const orders = [await send("buy 101"), await send("sell 100")];
    await saw(() => told("i"), ["0", "1"]);
    await abortAllDurableObjects();
    expect(await book().status()).toMatchObject({ status: { phase: "halted" }, orders: 2, accounts: 2 });
    // Waiting has moved the clock.
    now(START + 10_000);
    // Nobody can trade at these prices.
    expect(await book().top()).toMatchObject({ last: null, bid: null, ask: null });
    expect(await book().depth(5)).toMatchObject({ bids: [{ price: 1_010_000 }], asks: [{ price: 1_000_000 }] });
    expect(await book().resume(5_000)).toMatchObject({
      status: { phase: "reopening_auction", until: START + 15_000 },
      indicative: { paired: 1_000_000, imbalance: 0 },
    });
    await send("sell 102");
    await saw(() => told("s"), ["QT7"]);
    now(START + 15_000);
    expect(await ring()).toBe(true);
    expect(await book().status()).toMatchObject({ status: { phase: "continuous", until: null }, orders: 1 });
    expect((await book().top()).last).toMatchObject({ qty: 1_000_000, at: START + 15_000 });
    await saw(() => told("s"), ["QT7", "T"]);
    await vi.waitFor(
      async () => expect(await Promise.all(orders.map(status))).toEqual(["filled", "filled"]),
      WAIT_OPTIONS,
    );
  });

  test("that ends by itself ends by the alarm, with the auction of a pause", async () => {
    const { book, ring } = await market("KO");
    await book().halt("manual", START + 60_000);
    now(START + 60_000);
    expect(await ring()).toBe(true);
    expect(await book().status()).toMatchObject({ status: { phase: "reopening_auction", until: START + 70_000 } });
    now(START + 70_000);
    expect(await ring()).toBe(true);
    expect(await book().status()).toMatchObject({ status: { phase: "continuous" } });
  });
});

test("MD-31: a market that leans on its band is paused and reopened by its own alarm, and says so", async () => {
  const { book, send, ring, told, status } = await market("INTC");
  expect(await book().configure(2)).toMatchObject({ luldTier: 2, status: { bands: { upper: 396_000 } } });
  await saw(() => told("l"), ["B"]);
  now(START + 1_000);
  const leans = await send("buy 45");
  expect((await book().top()).bid).toEqual({ price: 396_000, qty: 1_000_000 });
  expect((await book().status()).status.limitState).toEqual({ side: "upper", since: START + 1_000 });
  now(START + 16_000);
  expect(await ring()).toBe(true);
  const paused = { phase: "halted", halt: "luld", until: START + 316_000, bands: null, limitState: null };
  expect((await book().status()).status).toMatchObject(paused);
  await vi.waitFor(async () => expect((await told("s")).at(-1)).toBe("PLUDP"), WAIT_OPTIONS);
  now(START + 20_000);
  await send("sell 39");
  now(START + 316_000);
  expect(await ring()).toBe(true);
  now(START + 326_000);
  expect(await ring()).toBe(true);
  expect((await book().status()).status).toMatchObject({ phase: "continuous", bands: { upper: 429_000 } });
  await vi.waitFor(async () => expect(await status(leans)).toBe("filled"), WAIT_OPTIONS);
});

test("MD-36: the breaker halts as its level says, and a lower one not in the place of a higher", async () => {
  const { book } = await market("BAC");
  const quarter = { status: { phase: "halted", halt: "breaker_2", until: START + 15 * 60_000 } };
  expect(await book().breaker(2)).toMatchObject(quarter);
  expect(await book().breaker(1)).toBeNull();
  expect(await book().status()).toMatchObject(quarter);
  // Each level halts once a day, also when that halt is over.
  await book().resume(0);
  expect(await book().breaker(2)).toBeNull();
  expect(await book().breaker(3)).toMatchObject({ status: { halt: "breaker_3" } });
});

describe("MD-34: a book", () => {
  test("takes what is due before what arrives, though its alarm is late", async () => {
    const { book, send, status } = await market("DIS");
    await book().halt("manual", null);
    await send("sell 100");
    await book().resume(5_000);
    now(START + 5_001);
    // While orders gather, an order that must trade at once is closed.
    expect(await status(await send("buy 100", "ioc"))).toBe("filled");
  });

  test("around the clock is not woken for nothing", async () => {
    await orderBookObject(env, "COST").status();
    expect(await runDurableObjectAlarm(env.ORDER_BOOK.getByName("COST"))).toBe(false);
    // It introduces itself to its board without one.
    const board = priceBoardObject(env, boardOf("COST"));
    await vi.waitFor(async () => expect((await board.read(["COST"], null))[0]).toBeTruthy(), WAIT_OPTIONS);
    expect(await runDurableObjectAlarm(env.ORDER_BOOK.getByName("COST"))).toBe(false);
  });

  test("that has traded takes its alarm back when all have acknowledged, and so does its account", async () => {
    const { buyer, send, status } = await market("DIS");
    const objects = [env.ORDER_BOOK.getByName("DIS"), env.ACCOUNT.getByName(buyer)];
    const alarms = () =>
      Promise.all(objects.map((object) => runInDurableObject(object, (_, { storage }) => storage.getAlarm())));
    /** On a loaded machine a message may need its second sending, whose alarm the clock of this test would never reach. */
    const ringThrough = async (until: number) => {
      now(until);
      for (const [nth, at] of (await alarms()).entries())
        if (at !== null && at <= until) await runDurableObjectAlarm(objects[nth] as DurableObjectStub);
      return alarms();
    };
    await send("sell 100");
    expect(await status(await send("buy 100", "ioc"))).toBe("filled");
    expect((await alarms())[0]).toBeLessThanOrEqual(START + 60_000);
    // The second of the last quote is over.
    const later = [null, expect.toSatisfy((at: number | null) => at === null || at > START + 60_000)];
    let clock = START + 1_000;
    await vi.waitFor(async () => expect(await ringThrough((clock += 1_000))).toEqual(later), WAIT_OPTIONS);
  });

  test("that was never asked anything tells its first listener how its calendar has it", async () => {
    (env as { MARKET_CALENDAR: string }).MARKET_CALENDAR = "us_equities";
    try {
      now(Date.parse("2030-11-23T12:00:00-05:00"));
      const { status } = await orderBookObject(env, "AVGO").subscribe("relay of AVGO", 1);
      expect(decodeSegment(status ?? new Uint8Array())).toMatchObject([{ sc: "C", phase: "closed" }]);
    } finally {
      (env as { MARKET_CALENDAR: string }).MARKET_CALENDAR = "always";
    }
  });

  test("with a calendar follows it by its own alarm", async () => {
    (env as { MARKET_CALENDAR: string }).MARKET_CALENDAR = "us_equities";
    try {
      const { book, send, ring, told, status } = await market("JPM");
      const opened = { calendar: "us_equities", phase: "continuous", session: "regular", until: CLOSE };
      expect((await book().status()).status).toMatchObject(opened);
      const orders = [await send("buy 303", "cls"), await send("sell 302", "cls")];
      expect((await book().top()).last).toBeNull();
      now(CLOSE);
      expect(await ring()).toBe(true);
      expect((await book().status()).status).toMatchObject({ phase: "closing_auction", until: CLOSE + 5_000 });
      await vi.waitFor(async () => expect((await told("s")).at(-1)).toBe("Q"), WAIT_OPTIONS);
      now(CLOSE + 5_000);
      expect(await ring()).toBe(true);
      expect((await book().status()).status).toMatchObject({ phase: "continuous", session: "post" });
      expect((await book().top()).last).toMatchObject({ at: CLOSE + 5_000 });
      await vi.waitFor(
        async () => expect(await Promise.all(orders.map(status))).toEqual(["filled", "filled"]),
        WAIT_OPTIONS,
      );
      await vi.waitFor(async () => expect((await told("s")).at(-1)).toBe("T"), WAIT_OPTIONS);
    } finally {
      (env as { MARKET_CALENDAR: string }).MARKET_CALENDAR = "always";
    }
  });
});
