/** What a probe of the contract suite is, and what all clients share. */
import { expect } from "vitest";
import type { Trader } from "../exchange.ts";

export const AREAS = [
  "account",
  "assets",
  "clock and calendar",
  "orders",
  "positions",
  "activities",
  "portfolio history",
  "configurations",
  "watchlists",
  "corporate actions",
  "wallets",
  "not offered",
  "stock latest",
  "stock history, snapshots",
  "crypto data",
  "screener and news",
  "trading stream",
] as const;
export type Area = (typeof AREAS)[number];

/** The clients have types of their own, which differ from version to version: probes read their answers freely. */
// oxlint-disable-next-line typescript/no-explicit-any -- clients of five packages without common types
export type Any = any;

export interface Surroundings {
  /** The base of the REST API, and of the streams. */
  readonly url: string;
  readonly streamUrl: string;
  readonly trader: Trader;
  /** Ids that earlier probes of the same client have got. */
  readonly kept: Map<string, string>;
}

/** A call of one method. It throws when the answer is not what the client documents. */
export type Probe = readonly [area: Area, method: string, call: (client: Any, at: Surroundings) => unknown];

export interface ContractClient {
  readonly name: string;
  /** Makes the client; its methods are called one after another. */
  readonly connect: (at: Surroundings) => unknown;
  /** Every method of the client about trading, by which the probes are checked for completeness. */
  readonly methods: (client: Any) => readonly string[];
  readonly probes: readonly Probe[];
  /** What its account has besides dollars and the shares that it buys. */
  readonly owns?: Readonly<Record<string, number>>;
  /** The client takes a second for each call: areas that do not depend on each other run at the same time. */
  readonly slow?: true;
  readonly close?: (client: Any) => unknown;
}

export const SYMBOL = "AAPL";
export const UNKNOWN_ID = "be3c368a-4c7c-4384-808e-f02c9f5a8afe";
/** Every client buys and owns so much before its probes. */
export const OWNED = 10;

export const money = (text: unknown): void => expect(text).toMatch(/^-?\d+(\.\d+)?$/);
export const uuid = (text: unknown): void => expect(text).toMatch(/^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/);

/** The names of an object's functions, its prototypes' ones too. */
export function functionsOf(object: Any): string[] {
  const names = new Set<string>();
  for (let at = object; at !== null && at !== Object.prototype; at = Object.getPrototypeOf(at)) {
    for (const name of Object.getOwnPropertyNames(at)) {
      if (name !== "constructor" && typeof object[name] === "function") names.add(name);
    }
  }
  return [...names];
}

/** What a call was refused with. Fails when it was not. */
export async function refusal(call: Promise<unknown>): Promise<Any> {
  const nothing = Symbol("not refused");
  const thrown = await call.then(
    () => nothing,
    (error: unknown) => error,
  );
  if (thrown === nothing) throw new Error("the call was not refused");
  return thrown;
}

/** A date before the first trade of any test. */
export const PAST = "2026-01-02";

/** Expects a number under each of these names. */
export const numbers = (found: Any, ...names: string[]): void => {
  for (const name of names) expect(found?.[name], name).toBeTypeOf("number");
};
export const isBar = (bar: Any): void => numbers(bar, "o", "h", "l", "c", "v", "n", "vw");
export const isTrade = (trade: Any): void => numbers(trade, "p", "s", "i");

/** Drops what is undefined. */
export const kept = (at: Surroundings, name: string): string => {
  const value = at.kept.get(name);
  if (value === undefined) throw new Error(`an earlier probe got no ${name}`);
  return value;
};
