import { expect, test } from "vitest";
import { MarketDataClient, type Visit } from "./marketDataClient.ts";
import type { World } from "./world.ts";

/** A visitor that comes and goes at each of its turns; with the subscriptions that its relay was sent. */
function visitor() {
  const watched: Visit[] = [];
  let turn: () => void = () => undefined;
  const world = {
    time: { sleep: () => new Promise<void>((resolve) => (turn = resolve)) },
    // 45 comes with depth, as one that resumes, and goes.
    faults: { delay: () => 45 },
    call: (_from: null, _to: string, method: string, args: [string, number, Visit]) => {
      if (method === "watch") watched.push(args[2]);
      return Promise.resolve();
    },
  };
  const client = new MarketDataClient(world as unknown as World, "AAPL", true);
  void client.live();
  const next = async () => {
    turn();
    for (let nth = 0; nth < 5; nth++) await Promise.resolve();
  };
  return { client, watched, next };
}

const NOTHING = { through: 3, quote: null, status: null, bands: null, imbalance: null };

test("a visitor whose last visit never began, or ended before its snapshot came, begins anew", async () => {
  const { client, watched, next } = visitor();
  await next();
  expect(watched).toEqual([{ number: 1, parts: ["depth", "orders"], isNew: false }]);
  // A book with a change that waits has no snapshot yet.
  client.begin(NOTHING);
  await next();
  await next();
  expect(watched.at(-1)).toMatchObject({ number: 2, isNew: true });
  await next();
  await next();
  expect(watched.at(-1)).toMatchObject({ number: 3, isNew: true });
});
