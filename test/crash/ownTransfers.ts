/** Cash that traders move to a second account of theirs, and the fees that their fills pay. */
import { setTimeout as sleep } from "node:timers/promises";
import { expect, vi } from "vitest";
import * as z from "zod";
import { exchangeApi } from "../../dev/api.ts";
import { formatDecimal, PRICE_DECIMALS } from "../../domain/decimal.ts";
import { FEE_PLAN_NAMES } from "../../domain/fees/planNames.ts";
import { seededRandom } from "../rig/random.ts";
import { ADMIN, PASSWORD, type Trader } from "../rig/traders.ts";
import type { AuditTrail } from "./auditTrail.ts";
import type { Client } from "./client.ts";
import { exact } from "./lots.ts";

const PATH = "/v1/transfers/internal";
/** Between two transfers of a trader: only so many may be undecided. */
const PAUSE_MS = 50;
/** Traders with two accounts. */
const WITH_TWO = 2;

const Opened = z.object({ account_id: z.string() });
const Key = z.object({ key_id: z.string(), secret: z.string() });

/** A request with a session. Throws for an error. */
async function ask(url: string, token: string, method: string, path: string, body?: unknown, accountId?: string) {
  const named = accountId === undefined ? {} : { "X-Account-ID": accountId };
  const headers = { Authorization: `Bearer ${token}`, "Content-Type": "application/json", ...named };
  const init = body === undefined ? {} : { body: JSON.stringify(body) };
  const response = await fetch(url + path, { method, headers, ...init });
  const text = await response.text();
  if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${text}`);
  return JSON.parse(text) as unknown;
}

/** The second account of a trader, and the trader with a key that may move money out of the first. */
export interface Second {
  readonly accountId: string;
  readonly payer: Trader;
}

/** Gives each trader a fee plan, all plans in turn, and the first ones a second account. */
export async function giveFeesAndAccounts(url: string, traders: readonly Trader[]): Promise<Map<Trader, Second>> {
  const api = exchangeApi(url, 1);
  try {
    const admin = await api.signIn(ADMIN, PASSWORD);
    const opened = new Map<Trader, Second>();
    for (const [nth, trader] of traders.entries()) {
      const feePlan = FEE_PLAN_NAMES[(nth + 1) % FEE_PLAN_NAMES.length];
      await ask(url, admin, "PUT", `/v1/admin/accounts/${trader.accountId}/fee-plan`, { fee_plan: feePlan });
      if (nth >= WITH_TWO) continue;
      const owner = await api.signIn(trader.email, PASSWORD);
      const account = Opened.parse(await ask(url, owner, "POST", "/v1/accounts", { type: "cash" }));
      const key = Key.parse(await ask(url, owner, "POST", "/v1/keys", { scopes: ["read", "withdraw"] }));
      opened.set(trader, {
        accountId: account.account_id,
        payer: { ...trader, keyId: key.key_id, secret: key.secret },
      });
    }
    return opened;
  } finally {
    api.close();
  }
}

export class OwnTransfers {
  readonly #client: Client;
  readonly #to: ReadonlyMap<Trader, Second>;
  readonly #random: () => number;
  #stopped = false;
  #failure: Error | null = null;
  #loops: Promise<void[]> = Promise.resolve([]);
  /** What was acknowledged by trader, in 1/10,000 dollar. */
  readonly sent = new Map<Trader, number>();
  readonly counts = { ownTransfers: 0 };

  constructor(client: Client, to: ReadonlyMap<Trader, Second>, seed: number) {
    this.#client = client;
    this.#to = to;
    this.#random = seededRandom(seed);
  }

  start(): void {
    const failed = (error: unknown) => {
      this.#failure ??= error instanceof Error ? error : new Error("transfers failed", { cause: error });
    };
    this.#loops = Promise.all([...this.#to].map(([trader, second]) => this.#loop(trader, second).catch(failed)));
  }

  /** Stops after the last response. Throws the first error, if any. */
  async stop(): Promise<void> {
    this.#stopped = true;
    await this.#loops;
    if (this.#failure !== null) throw this.#failure;
  }

  /** Waits until each second account has exactly what was acknowledged. Returns the sum. */
  async check(url: string): Promise<number> {
    const api = exchangeApi(url, 1);
    try {
      for (const [trader, { accountId }] of this.#to) {
        const token = await api.signIn(trader.email, PASSWORD);
        const wanted = formatDecimal(this.sent.get(trader) ?? 0, PRICE_DECIMALS);
        await vi.waitFor(
          async () => {
            const account = await ask(url, token, "GET", "/v2/account", undefined, accountId);
            expect(account).toMatchObject({ cash: wanted });
          },
          { timeout: 60_000, interval: 200 },
        );
      }
    } finally {
      api.close();
    }
    return [...this.sent.values()].reduce((sum, amount) => sum + amount, 0);
  }

  async #loop(trader: Trader, { accountId: to, payer }: Second): Promise<void> {
    for (let nth = 0; !this.#stopped; nth++) {
      const units = 1 + Math.floor(this.#random() * 50_000);
      const asked = { to_account_id: to, amount: formatDecimal(units, PRICE_DECIMALS), reference: `crash-own-${nth}` };
      const { status, body } = await this.#client.send(payer, "POST", PATH, asked);
      if (status < 300) {
        this.sent.set(trader, (this.sent.get(trader) ?? 0) + units);
        this.counts.ownTransfers++;
      } else if (!JSON.stringify(body).includes("too_many_withdrawals")) {
        throw new Error(`transfer refused: ${status} ${JSON.stringify(body)}`);
      }
      await sleep(PAUSE_MS);
    }
  }
}

/** What all fills were charged, by the audit trail, in 1/10,000 dollar. */
export async function chargedFees(trail: AuditTrail): Promise<number> {
  const [row] = await trail.rows(
    `select trim_scale(coalesce(sum((body->>'fee')::numeric), 0))::text as fees from audit_events where action = 'order.filled'`,
  );
  return exact(String(row?.["fees"]), PRICE_DECIMALS);
}
