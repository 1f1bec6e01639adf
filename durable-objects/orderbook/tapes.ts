import { BoundedCalls } from "../actor/boundedCalls.ts";
import { tapeIndexObject, tapeObject } from "../actor/namespaces.ts";
import type { TapeOutbox } from "./tapeOutbox.ts";
import { TapeSender, type TapeSenderPorts } from "./tapeSender.ts";

/** Sends the trades of a book to the tapes of its symbol. */
export function tapeSender(
  env: Parameters<typeof tapeObject>[0] & Parameters<typeof tapeIndexObject>[0],
  symbol: string,
  outbox: TapeOutbox,
  ports: Pick<TapeSenderPorts, "assertCommitted" | "armBy" | "barsChanged" | "gapFound" | "log">,
): TapeSender {
  const calls = new BoundedCalls();
  return new TapeSender(outbox, {
    ...ports,
    open: (month) => calls.within(GIVE_UP_MS, LATE, () => tapeIndexObject(env, symbol).open(month)),
    append: (month, request) => calls.within(GIVE_UP_MS, LATE, () => tapeObject(env, symbol, month).append(request)),
    now: () => Date.now(),
    random: Math.random,
    after: (ms, run) => void setTimeout(run, ms),
  });
}

/** A call without an answer is given up after this time. */
export const GIVE_UP_MS = 20_000;
export const LATE = "the tape does not answer";
