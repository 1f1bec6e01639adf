/** Paper accounts of a simulated exchange: what they are asked for, and the client that asks. */
import type { Outcome } from "../../domain/account/entry/refusal.ts";
import type { Order } from "../../domain/account/state/order.ts";
import { uuidFromText } from "../../domain/ids.ts";
import type { OrderView } from "../../protocol/rpc/orderViews.ts";
import { seededRandom } from "../rig/random.ts";
import { principalOf } from "./actors.ts";
import { generateOrder, type MarketSetup, type OrderIntent, type RandomInt, ticketOf } from "./orderGenerator.ts";
import { ownerOf } from "./ownTransfers.ts";
import { plainOrder, regress } from "./seenOrders.ts";
import { VALID_MS } from "./traderBatches.ts";
import type { World } from "./world.ts";

type PaperAction =
  | { readonly kind: "submit"; readonly intents: readonly OrderIntent[] }
  /** Sends an order again, or cancels one. */
  | { readonly kind: "again" | "cancel"; readonly pick: number }
  | { readonly kind: "reset"; readonly cash: number };

export interface PaperStep {
  readonly id: string;
  readonly account: string;
  readonly waitMs: number;
  readonly action: PaperAction;
}

/** Paper money of a simulated account, in 1/10,000 dollar. */
const PAPER_CASH = 50_000_000;
const RETRY_MS = 1_000;
const WAIT_MS = 900;
const ACCOUNTS = ["pam", "pip"];

/** The id of a paper account: its third group says what it is. */
export function paperIdOf(name: string): string {
  const id = uuidFromText(`paper account of ${name}`);
  return `${id.slice(0, 14)}8a0a${id.slice(18)}`;
}

/** Steps of paper accounts in one of three runs, by chance of their own. */
export function generatePaper(seed: number, venue: MarketSetup): readonly PaperStep[] {
  if (seed % 3 !== 1) return [];
  const random = seededRandom(seed * 1_274_126_177);
  const pick: RandomInt = (below) => Math.floor(random() * below);
  return ACCOUNTS.slice(0, 1 + pick(2)).flatMap((account) =>
    Array.from({ length: 4 + pick(6) }, (_, nth): PaperStep => {
      return { id: `${account}${nth}`, account, waitMs: pick(WAIT_MS), action: paperAction(pick, venue) };
    }),
  );
}

function paperAction(pick: RandomInt, venue: MarketSetup): PaperAction {
  const chance = pick(20);
  if (chance < 3) return { kind: "cancel", pick: pick(1_000) };
  if (chance < 5) return { kind: "again", pick: pick(1_000) };
  if (chance < 6) return { kind: "reset", cash: 10_000 * (1 + pick(100_000)) };
  // It begins without shares, so most orders buy.
  const intents = Array.from({ length: 1 + pick(3) }, () => generateOrder(pick, venue));
  return { kind: "submit", intents: intents.map((each) => (pick(3) === 0 ? each : { ...each, side: "buy" as const })) };
}

/** A client of a paper account, which repeats what is not answered. */
export class PaperTrader {
  readonly accountId: string;
  readonly #name: string;
  readonly #world: World;
  readonly #sent = new Map<string, readonly unknown[]>();
  readonly #seen = new Map<string, Order>();

  constructor(world: World, name: string) {
    this.#world = world;
    this.#name = name;
    this.accountId = paperIdOf(name);
  }

  get address(): string {
    return `paper-account/${this.accountId}`;
  }

  async live(steps: readonly PaperStep[]): Promise<void> {
    const { time } = this.#world;
    const opening = [this.accountId, this.#origin("open"), ownerOf(this.#name), "paper", PAPER_CASH];
    await this.#insist("open", opening);
    for (const { id, waitMs, action } of steps) {
      await time.sleep(waitMs);
      await this.#act(id, action);
    }
  }

  async #act(id: string, action: PaperAction): Promise<void> {
    const by = principalOf(this.accountId, id);
    switch (action.kind) {
      case "submit":
        await Promise.all(action.intents.map((intent, nth) => this.#submit(`${id}.${nth}`, intent)));
        return;
      case "again": {
        const [clientOrderId, args] = at([...this.#sent], action.pick) ?? ["", []];
        if (clientOrderId !== "") await this.#ask(clientOrderId, args);
        return;
      }
      case "cancel": {
        const order = at([...this.#seen.values()], action.pick);
        if (order !== undefined) await this.#insist("cancelOrder", [by, order.id, this.#origin(id)]);
        return;
      }
      case "reset":
        await this.#insist("resetPaper", [by, action.cash, this.#origin(id)]);
    }
  }

  #submit(clientOrderId: string, intent: OrderIntent): Promise<void> {
    const { time } = this.#world;
    const ticket = ticketOf(clientOrderId, intent, time.now);
    const args = [principalOf(this.accountId, clientOrderId), ticket, this.#origin(clientOrderId)];
    this.#sent.set(clientOrderId, args);
    return this.#ask(clientOrderId, args);
  }

  async #ask(clientOrderId: string, args: readonly unknown[]): Promise<void> {
    this.#world.totals.paperOrders++;
    const validUntil = this.#world.time.now + VALID_MS;
    const outcome = (await this.#insist("submitOrder", [...args, validUntil])) as Outcome<OrderView>;
    if (!outcome.ok) {
      if (this.#seen.has(clientOrderId) && outcome.refusal.reason !== "price_limit")
        this.#world.broken(`AC-3: the same request has the same order, not ${JSON.stringify(outcome)}`);
      return;
    }
    const order = plainOrder(outcome.value);
    const before = this.#seen.get(clientOrderId);
    const broken = before === undefined ? null : regress(before, order);
    if (broken !== null) this.#world.broken(`AC-3, AC-12: ${broken}: ${JSON.stringify(order)}`);
    this.#seen.set(clientOrderId, order);
  }

  #origin(id: string) {
    return { requestId: id, ip: "192.0.2.7", userAgent: "simulation" };
  }

  async #insist(method: string, args: readonly unknown[]): Promise<unknown> {
    const { time, faults } = this.#world;
    for (;;) {
      try {
        return await this.#world.call(null, this.address, method, [...args]);
      } catch {
        await time.sleep(faults.delay(`paper ${this.#name}`, RETRY_MS));
      }
    }
  }
}

function at<T>(list: readonly T[], pick: number): T | undefined {
  return list[pick % list.length];
}
