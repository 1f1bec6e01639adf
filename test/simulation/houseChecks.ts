/** House accounts: they have what accounts have sent, once, by day and by kind. */
import { balances, CASH, checkLedger } from "../../domain/account/ledger/ledger.ts";
import { sweepsAt } from "../../domain/account/fees/sweep.ts";
import type { FeesSwept } from "../../domain/house/messages.ts";
import { houseOf } from "../../protocol/ids/residency.ts";
import { assert, assertEqual } from "../model/assert.ts";
import { type ExchangeSnapshot, recordsOf } from "./replay.ts";
import type { World } from "./world.ts";

/** What holds at any moment: ledger, rows by day and audit events of a house account are those of the messages it applied. */
export function checkHouses(world: World, { accounts, houses }: ExchangeSnapshot): void {
  for (const { address, state, applied, sent } of houses.values()) {
    const messages = [...applied.values()].flat();
    checkLedger(state.ledger);
    const { available, house } = balances(state.ledger, CASH);
    assertEqual(available, sumOf(messages), `PF-53: ${address} has what it has received`);
    assertEqual(house, -available, `PF-53: ${address} mirrors the house side of accounts`);
    const received = recordsOf({ sent }).filter(({ action }) => action === "fees.received");
    assertEqual(received.length, messages.length, `PF-53: ${address} has an audit event of each message`);
    const rows = world.objects.get(address)?.storage;
    const [made] = rows?.read("SELECT name FROM sqlite_master WHERE name = 'house_fees'") ?? [];
    if (made === undefined || rows === undefined) continue;
    const stored = rows.read("SELECT day, code, amount, accounts FROM house_fees ORDER BY day, code");
    const lines = stored.map(({ day, code, amount, accounts: count }) => [day, code, amount, count].join());
    assertEqual(lines.join("; "), daysOf(messages).join("; "), `PF-53: the days of ${address}`);
  }
  for (const { address, state, sent } of accounts.values()) {
    const messages = [...sent].filter(([to]) => to.startsWith("house/"));
    const all = messages.flatMap(([, each]) => each as FeesSwept[]);
    assertEqual(sumOf(all), state.fees.swept, `PF-52: ${address} has sent what it has counted as sent`);
    const to = messages.map(([name]) => name).join();
    if (to !== "") assertEqual(to, `house/${houseOf(state.accountId)}`, `PF-52: ${address} sends to its house account`);
  }
}

/** No message is in flight: the house has what all accounts have sent. */
export function checkFeesReceived({ accounts, houses }: ExchangeSnapshot): void {
  let left = 0;
  for (const { state } of accounts.values()) left += state.fees.swept;
  for (const { state } of houses.values()) left -= balances(state.ledger, CASH).available;
  assertEqual(left, 0, "PF-53: house accounts have received what accounts have sent");
}

/** PF-52: by its own clock no account has fees left to send later than its time. */
export function checkSweptInTime({ time, objects }: World, { accounts }: ExchangeSnapshot, punctualMs: number): void {
  for (const { address, state, history } of accounts.values()) {
    const now = Math.max(time.now + (objects.get(address)?.clock.skew ?? 0), history.at(-1)?.at ?? 0);
    const at = sweepsAt(state);
    assert(at === null || at > now - punctualMs, `PF-52: ${address} has sent its fees by ${at}, at ${now}`);
  }
}

const sumOf = (messages: readonly FeesSwept[]): number => messages.reduce((sum, { amount }) => sum + amount, 0);

function daysOf(messages: readonly FeesSwept[]): string[] {
  const sums = new Map<string, [day: number, code: string, amount: number, accounts: number]>();
  const add = (day: number, code: string, amount: number) => {
    const sum = sums.get(`${day} ${code}`) ?? [day, code, 0, 0];
    sums.set(`${day} ${code}`, [day, code, sum[2] + amount, sum[3] + 1]);
  };
  for (const { day, amount, regulatory } of messages) {
    add(
      day,
      "",
      regulatory.reduce((left, [, part]) => left - part, amount),
    );
    for (const [code, part] of regulatory) add(day, code, part);
  }
  return [...sums.values()].sort(([a, x], [b, y]) => a - b || (x < y ? -1 : 1)).map((line) => line.join());
}
