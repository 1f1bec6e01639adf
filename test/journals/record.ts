/** `npm run journals` writes the fixture of the current row format; run it in the commit that raises FORMAT, and keep the file. */
import { registerHooks } from "node:module";
import { setImmediate } from "node:timers/promises";
import { AUDIT_BATCH_DELAY_MS } from "../../durable-objects/actor/limits.ts";
import { FORMAT } from "../../durable-objects/actor/formats.ts";
import type { AccountsFixture } from "./accountsDay.ts";
import type { Fixture } from "./day.ts";
import { writeFixture } from "./fixtures.ts";

// Replaces the platform's module, so that the objects run in Node.
const BASE = "export class DurableObject { constructor(ctx, env) { this.ctx = ctx; this.env = env; } }";
registerHooks({
  resolve: (name, context, next) =>
    name === "cloudflare:workers"
      ? { url: `data:text/javascript,${encodeURIComponent(BASE)}`, shortCircuit: true }
      : next(name, context),
});

// Deterministic: each reading advances the clock, and ids count.
let clock = Date.parse("2026-11-20T12:00:00-05:00");
let made = 0;
Date.now = () => ++clock;
Math.random = () => 0.5;
crypto.randomUUID = () => `00000000-0000-4000-8000-${String(++made).padStart(12, "0")}`;
// What gathers is sent when the day rests; whoever waits longer than that waits beyond the end of it.
const SOON_MS = 50;
const gathering = new Map<number, () => void>();
const setTimeout = (run: () => void, ms: number): number => {
  // A commit that waits for a few milliseconds is waited for.
  if (ms < SOON_MS) void setImmediate().then(run);
  else if (ms <= AUDIT_BATCH_DELAY_MS) gathering.set(++made, run);
  return made;
};
Object.assign(globalThis, { setTimeout, clearTimeout: (timer: number) => gathering.delete(timer) });
async function rest(): Promise<void> {
  for (const [timer, run] of gathering) {
    gathering.delete(timer);
    run();
    for (let turn = 0; turn < 20; turn++) await setImmediate();
  }
}
Object.assign(console, { log: () => undefined, warn: () => undefined, error: () => undefined });

const { playDay, restart, tell } = await import("./day.ts");
const { playAccountsDay, tellAccounts } = await import("./accountsDay.ts");
const classes = {
  account: (await import("../../durable-objects/account/object.ts")).Account,
  book: (await import("../../durable-objects/orderbook/object.ts")).OrderBook,
  audit: (await import("../../durable-objects/audit/object.ts")).AuditShard,
};

const everyClass = {
  ...classes,
  transfers: (await import("../../durable-objects/transfers/object.ts")).Transfers,
  house: (await import("../../durable-objects/house/object.ts")).HouseAccount,
  "paper-account": (await import("../../durable-objects/account/paperObject.ts")).PaperAccount,
  "paper-book": (await import("../../durable-objects/paperbook/object.ts")).PaperBook,
};

const days: Fixture["days"][number][] = [];
for (const [name, snapshots] of [["rows only", false] as const, ["snapshots and rows", true] as const]) {
  const host = await playDay(classes, snapshots, rest);
  const disks = host.disks();
  days.push({ name, disks, told: await tell(restart(classes, disks)) });
}
const at = clock;
const accounts: AccountsFixture[] = [];
const pass = (ms: number): void => void (clock += ms);
for (const { name } of days) {
  const host = await playAccountsDay(everyClass, name !== "rows only", { pass, rest });
  const disks = host.disks();
  const told = await tellAccounts(restart(everyClass, disks));
  accounts.push({ name, at: clock, disks, told });
}
process.stdout.write(`${writeFixture({ format: FORMAT, at, days, accounts })}\n`);
process.exit(0);
