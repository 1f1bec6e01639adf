/** The sockets of coins and of the test feed inside workerd. */
import { describe, expect, it, vi } from "vitest";
import { freshRelay, push } from "./fakes.ts";
import { open, RIGHT, WAIT_OPTIONS, type Subscriber } from "./subscriber.ts";

async function authenticated(relay: ReturnType<typeof freshRelay>, path: string, codec: "json" | "msgpack" = "json") {
  const subscriber = await open(relay, path, codec);
  await subscriber.sees([{ T: "success", msg: "connected" }]);
  subscriber.say(RIGHT);
  await subscriber.sees([{ T: "success", msg: "authenticated" }]);
  return subscriber;
}

const symbolsOf = ({ frames }: Subscriber, T: string): unknown[] =>
  frames
    .flat()
    .filter((element) => element["T"] === T)
    .map(({ S }) => S);

describe("MD-92: the sockets of coins", () => {
  it.each(["/v1beta3/crypto/us", "/v1beta2/crypto", "/v1beta1/crypto"])(
    "mean all coins by *, and have shares by name (%s)",
    async (path) => {
      const relay = freshRelay();
      const coins = await authenticated(relay, path);
      const all = await authenticated(relay, "/v2/iex");
      const channels = { trades: ["*"], quotes: ["AAPL"] };
      for (const subscriber of [coins, all]) {
        subscriber.say({ action: "subscribe", ...channels });
        await subscriber.sees([expect.objectContaining({ T: "subscription", ...channels })]);
      }
      for (const symbol of ["AAPL", "MSFT", "BTC/USD"]) await push(relay, symbol, 1_000_000);
      await vi.waitFor(
        () => expect(new Set(symbolsOf(all, "t"))).toEqual(new Set(["AAPL", "BTC/USD", "MSFT"])),
        WAIT_OPTIONS,
      );
      await vi.waitFor(() => expect(symbolsOf(coins, "q")).toContain("AAPL"), WAIT_OPTIONS);
      await vi.waitFor(() => expect(symbolsOf(coins, "t")).toEqual(["BTC/USD"]), WAIT_OPTIONS);
    },
  );
});

describe("MD-93: the test feed", () => {
  it.each(["json", "msgpack"] as const)("needs authentication, and sends its symbol only (%s)", async (codec) => {
    const relay = freshRelay();
    const unauthenticated = await open(relay, "/v2/test");
    unauthenticated.say({ action: "subscribe", quotes: ["FAKEPACA"] });
    await unauthenticated.sees([{ T: "error", code: 401, msg: "not authenticated" }]);
    const subscriber = await authenticated(relay, "/v2/test", codec);
    subscriber.say({
      action: "subscribe",
      trades: ["*"],
      quotes: ["FAKEPACA", "AAPL"],
      bars: ["FAKEPACA"],
      cursors: { FAKEPACA: 5 },
    });
    const quotes = ["FAKEPACA"];
    await subscriber.sees([expect.objectContaining({ T: "subscription", trades: ["*"], quotes, bars: quotes })]);
    await subscriber.sees([{ T: "error", code: 411, msg: "symbol not found: AAPL" }]);
    await push(relay, "AAPL", 1_000_000);
    await vi.waitFor(() => {
      for (const T of ["t", "q"]) expect(symbolsOf(subscriber, T).length).toBeGreaterThan(1);
    }, WAIT_OPTIONS);
    const elements = subscriber.frames.flat();
    expect(new Set(elements.flatMap(({ S }) => S ?? []))).toEqual(new Set(["FAKEPACA"]));
    const t = codec === "json" ? expect.stringMatching(/Z$/) : expect.any(Date);
    expect(elements.find(({ T }) => T === "t")).toMatchObject({
      i: expect.any(Number),
      p: expect.any(Number),
      x: "V",
      t,
    });
    subscriber.socket.close();
  });

  it("is unknown to the other feeds", async () => {
    const other = await authenticated(freshRelay(), "/v2/iex");
    other.say({ action: "subscribe", quotes: ["FAKEPACA"] });
    const refused = [{ T: "error", code: 411, msg: "symbol not found: FAKEPACA" }];
    await vi.waitFor(() => expect(other.frames).toContainEqual(refused), WAIT_OPTIONS);
  });
});
