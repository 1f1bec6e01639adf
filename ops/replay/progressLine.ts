/** Progress: one line that is rewritten on a terminal, or a line every few seconds in other outputs. */
import type { Tally } from "./tally.ts";

const TERMINAL_MS = 200;
const LOG_MS = 5_000;

export interface Output {
  readonly isTTY?: boolean;
  write(text: string): unknown;
}

export function progressLine(total: number, output: Output): { show(done: number, tally: Tally): void; end(): void } {
  const every = output.isTTY === true ? TERMINAL_MS : LOG_MS;
  const started = performance.now();
  let shown = 0;
  return {
    show: (done, tally) => {
      const now = performance.now();
      if (done < total && now - shown < every) return;
      shown = now;
      const rate = Math.round(done / ((now - started) / 1000));
      const line = `${done}/${total} events (${Math.floor((done * 100) / total)} %), ${tally.accepted} accepted, ${tally.retries} repeated, ${rate} events/s`;
      output.write(output.isTTY === true ? `\r${line}\u001b[K` : `${line}\n`);
    },
    end: () => {
      if (output.isTTY === true) output.write("\n");
    },
  };
}
