import { expect, it } from "vitest";
import { SYMBOL_RESUMES } from "./limits.ts";
import { ResumeLimiter } from "./resumeLimiter.ts";
import { openSession } from "./session.ts";

const opening = { codec: "json", origin: { requestId: "", ip: "", userAgent: "" } } as const;
const sessionOf = (accountId: string) => ({ ...openSession({ stream: "data", ...opening }, 0).session, accountId });

it("RL-8: an account asks a book a number of times at once, and then once a second", async () => {
  const clock = { now: 0 };
  const limiter = new ResumeLimiter({
    now: () => clock.now,
    wait: (ms) => {
      clock.now += ms;
      return Promise.resolve();
    },
  });
  const calls: string[] = [];
  const ask = (account: string, symbol: string): Promise<number> =>
    limiter.run(sessionOf(account), symbol, () => Promise.resolve(calls.push(`${account} ${symbol} ${clock.now}`)));
  await Promise.all(Array.from({ length: SYMBOL_RESUMES.burst + 3 }, () => ask("a", "AAPL")));
  expect(calls.slice(0, SYMBOL_RESUMES.burst).every((call) => call === "a AAPL 0")).toBe(true);
  expect(calls.slice(SYMBOL_RESUMES.burst)).toEqual(["a AAPL 1000", "a AAPL 2000", "a AAPL 3000"]);
  for (const [account, symbol] of [
    ["b", "AAPL"],
    ["a", "KO"],
  ] as const) {
    await ask(account, symbol);
    expect(calls.at(-1)).toBe(`${account} ${symbol} 3000`);
  }
});
