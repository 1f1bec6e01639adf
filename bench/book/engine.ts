/** The matching engine alone, in memory: no actor, no calls, no disk. */
import { applyCommand, newBook } from "../../domain/matching/orderBook.ts";
import type { BookReport } from "../../domain/matching/messages.ts";
import { Flow, type FlowShape } from "./flow.ts";

/** The clock shows whole milliseconds, so many commands are timed at once. */
const CHUNK = 5_000;

/** Applies commands of the flow for about so many seconds; only the engine's own time is counted. */
export function runEngine(shape: FlowShape, seconds: number): { commands: number; seconds: number } {
  const flow = new Flow(shape);
  const state = newBook("AAPL");
  const reports: BookReport[] = [];
  const outputs = { report: (_owner: string, report: BookReport) => void reports.push(report), trade: () => undefined };
  let commands = 0;
  let spent = 0;
  while (spent < 1000 * seconds) {
    const now = Date.now();
    const chunk = Array.from({ length: CHUNK }, (_, nth) => {
      const account = flow.accounts[(commands + nth) % flow.accounts.length];
      if (account === undefined) throw new Error("a flow without accounts");
      return { owner: account.address, command: flow.next(account, now) };
    });
    const started = performance.now();
    for (const { owner, command } of chunk) applyCommand(state, owner, command, now, outputs);
    // Filling the book is not measured.
    if (flow.resting >= 0.9 * shape.resting) {
      spent += performance.now() - started;
      commands += CHUNK;
    }
    for (const report of reports.splice(0)) flow.settle(report);
  }
  return { commands, seconds: spent / 1000 };
}
