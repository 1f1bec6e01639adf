import type { MarketEntry } from "../../domain/market/phase.ts";
import type { BookCommand, BookReport } from "../../domain/matching/messages.ts";
import type { BookState } from "../../domain/matching/bookState.ts";
import type { Log } from "../../protocol/log/events.ts";
import type { Actor } from "../actor/actor.ts";
import { actorObject } from "../actor/namespaces.ts";
import { Reconciler } from "../actor/reconcile.ts";
import type { BookEvent } from "./machine.ts";

/** Compares a book with the accounts of its orders, and with those that it has messages for. */
export function bookReconciler(
  env: Parameters<typeof actorObject>[0],
  symbol: string,
  actor: Actor<BookState, MarketEntry, BookCommand, BookReport, BookEvent>,
  { armBy, log }: { readonly armBy: (at: number) => void; readonly log: Log },
): Reconciler {
  return new Reconciler(`book/${symbol}`, actor, {
    needed: () => actor.hasPendingMessages || actor.state.owners.size > 0,
    checks: () => [],
    // Accounts compare orders with the book. The book compares cursors too, for an account that has lost its state.
    peers: () => [...new Set([...actor.pendingReceivers, ...actor.state.owners.values()])],
    orders: () => null,
    sendRequest: (peer, inquiry) => actorObject(env, peer).reconcile(inquiry),
    armBy,
    now: () => Date.now(),
    log,
  });
}
