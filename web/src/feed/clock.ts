/** The exchange's clock and the hours of its market, asked now and then. */
import { createEffect, createRoot, createSignal, on } from "solid-js";
import { call } from "../api/client.ts";
import { session } from "../api/session.ts";
import { ClockOffset, type Offset } from "./clockOffset.ts";

const FIRST_SAMPLES = 4;
const FIRST_EVERY_MS = 700;
const EVERY_MS = 60_000;

/** The hours of the market, as `GET /v3/clock` has them. */
export interface MarketHours {
  readonly phase: "closed" | "pre" | "core" | "post";
  /** When the phase ends, and when regular hours begin and end next, epoch milliseconds. */
  readonly until: number;
  readonly opens: number;
  readonly closes: number;
}

type Answer = {
  readonly clocks: readonly {
    readonly timestamp: string;
    readonly phase: MarketHours["phase"];
    readonly phase_until: string;
    readonly next_market_open: string;
    readonly next_market_close: string;
  }[];
};

const offset = new ClockOffset();
const [best, setBest] = createSignal<Offset | null>(null);
const [hours, setHours] = createSignal<MarketHours | null>(null);

/** The difference of the clocks with its error; null until it is measured. */
export { best as clockEstimate, hours as marketHours };

/** How far this machine's clock is ahead of the exchange's, ms; null until it is measured. */
export const clockOffset = (): number | null => best()?.ms ?? null;

/** The exchange's time, epoch milliseconds. */
export const exchangeNow = (): number => Date.now() - (clockOffset() ?? 0);

async function ask(): Promise<void> {
  const [began, sentAt] = [performance.now(), Date.now()];
  const { clocks } = await call<Answer>("GET", "/v3/clock?markets=NASDAQ");
  const gotAt = sentAt + performance.now() - began;
  const [clock] = clocks;
  if (clock === undefined) return;
  offset.add({ sentAt, gotAt, answeredAt: Date.parse(clock.timestamp) });
  setBest(offset.best);
  setHours({
    phase: clock.phase,
    until: Date.parse(clock.phase_until),
    opens: Date.parse(clock.next_market_open),
    closes: Date.parse(clock.next_market_close),
  });
}

createRoot(() => {
  createEffect(
    on(
      () => session().kind === "signed in",
      (isSignedIn) => {
        if (!isSignedIn) return;
        let asked = 0;
        const next = (): void => {
          if (session().kind !== "signed in") return;
          asked++;
          if (!document.hidden) void ask().catch(() => {});
          setTimeout(next, asked < FIRST_SAMPLES ? FIRST_EVERY_MS : EVERY_MS);
        };
        next();
      },
    ),
  );
});
