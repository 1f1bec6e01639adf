/** A slow model of settlement and of restrictions, for the property tests. */
import { settlesOn } from "./settlement.ts";
import { VIOLATIONS_ALLOWED, type ViolationKind } from "./violations.ts";
import { needsSettledCash, type Settlement, unsettledCash } from "./settlement.ts";

/** Cash that purchases of a kind of asset may use on a day, without holds. */
export function cashForPurchases(state: Settlement, asset: Parameters<typeof needsSettledCash>[1], on: number): number {
  return Math.max(0, needsSettledCash(state, asset, on) ? state.settled : state.settled + unsettledCash(state));
}

/** Cash that may leave, without holds. */
export const withdrawableCash = ({ settled }: Settlement): number => Math.max(0, settled);

const SHARES = { assetClass: "us_equity" } as const;

/** A violation that happened. */
export interface Happened {
  readonly kind: ViolationKind;
  readonly day: number;
}

/** From the whole history: whether any violation was one too many, and is at most 90 days old. */
export function restrictedBy(all: readonly Happened[], on: number): boolean {
  return all.some(({ kind, day: of }, index) => {
    const counted = all.slice(0, index + 1).filter((one) => one.kind === kind && one.day > of - 365).length;
    return counted > VIOLATIONS_ALLOWED[kind] && on >= of && on <= of + 90;
  });
}

/** The slow model: every dollar and every share is an object of its own. */
export class Model {
  day: number;
  dollars: { settles: number }[] = [];
  debt = 0;
  shares: { symbol: string; boughtOn: number; paidOn: number; key: string }[] = [];
  counted = new Set<string>();
  violations: Happened[] = [];

  constructor(from: number) {
    this.day = from;
  }

  /** Each dollar that settles pays debt first, on its own day. */
  advance(to: number) {
    for (; this.day < to; this.day++) this.payDebt(this.day + 1, true);
  }

  payDebt(on: number, bySale: boolean) {
    if (this.debt === 0) return;
    while (this.debt > 0 && this.dollars.some(({ settles }) => settles <= on)) {
      this.dollars.splice(
        this.dollars.findIndex(({ settles }) => settles <= on),
        1,
      );
      this.debt--;
    }
    if (this.debt > 0) return;
    for (const key of new Set(this.shares.filter(({ paidOn }) => paidOn === Infinity).map((one) => one.key))) {
      const bought = this.shares.find((one) => one.key === key)?.boughtOn ?? 0;
      if (!bySale || this.counted.has(key) || on <= settlesOn(SHARES, bought)) continue;
      this.violations.push({ kind: "liquidation", day: on });
    }
    for (const share of this.shares) if (share.paidOn === Infinity) share.paidOn = on;
  }

  deposit(amount: number) {
    for (let n = 0; n < amount; n++) this.dollars.push({ settles: this.day });
    this.payDebt(this.day, false);
  }

  withdraw(amount: number) {
    for (let n = 0; n < amount; n++)
      this.dollars.splice(
        this.dollars.findIndex(({ settles }) => settles <= this.day),
        1,
      );
  }

  buy(symbol: string, lots: number, cost: number) {
    let paidOn = this.day;
    this.dollars.sort((a, b) => a.settles - b.settles);
    for (let n = 0; n < cost; n++) {
      const dollar = this.dollars.shift();
      if (dollar === undefined) this.debt++;
      paidOn = Math.max(paidOn, dollar?.settles ?? Infinity);
    }
    const key = `${symbol} ${this.day} ${paidOn}`;
    for (let n = 0; n < lots; n++) this.shares.push({ symbol, boughtOn: this.day, paidOn, key });
  }

  sell(symbol: string, lots: number, proceeds: number, settles: number) {
    let latest = settles;
    for (let n = 0; n < lots; n++) {
      const own = this.shares.filter((share) => share.symbol === symbol);
      const paid = own.find(({ paidOn }) => paidOn <= this.day);
      const next = paid ?? own.toSorted((a, b) => a.paidOn - b.paidOn || a.boughtOn - b.boughtOn)[0];
      if (next === undefined) throw new Error("sold what is not held");
      this.shares.splice(this.shares.indexOf(next), 1);
      if (paid !== undefined) continue;
      if (next.paidOn !== Infinity) latest = Math.max(latest, next.paidOn);
      if (!this.counted.has(next.key)) {
        this.violations.push({ kind: next.paidOn === Infinity ? "free_riding" : "good_faith", day: this.day });
      }
      this.counted.add(next.key);
    }
    for (const key of this.counted) if (!this.shares.some((one) => one.key === key)) this.counted.delete(key);
    for (let n = 0; n < proceeds; n++) this.dollars.push({ settles: latest });
    this.payDebt(this.day, true);
  }

  get settled() {
    return this.dollars.filter(({ settles }) => settles <= this.day).length - this.debt;
  }

  get unsettled() {
    return this.dollars.filter(({ settles }) => settles > this.day).length;
  }
}
