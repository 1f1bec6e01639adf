/**
 * The account's watchlists, which the exchange keeps: a change here is seen on every device, and theirs here. A change
 * is shown at once and taken back when the exchange refuses it.
 */
import { createRoot, createEffect, createSignal, on } from "solid-js";
import { call } from "../api/client.ts";
import { errorText } from "../api/error.ts";
import { accountId, isShared } from "../api/session.ts";
import { notify } from "../design/components/notices.tsx";
import { onTrading } from "../feed/store.ts";
import { moved } from "./arrange.ts";

export interface Watchlist {
  readonly id: string;
  readonly name: string;
  /** In the order of their owner. */
  readonly symbols: readonly string[];
}

interface Head {
  readonly id: string;
  readonly name: string;
}

interface Whole extends Head {
  readonly assets: readonly { readonly symbol: string }[];
}

interface Notice {
  readonly event: "created" | "updated" | "deleted";
  readonly watchlist: Head & { readonly symbols: readonly string[] };
}

const [watchlists, setWatchlists] = createSignal<readonly Watchlist[]>([]);
/** The lists in the order of their creation. */
export { watchlists };

const listOf = ({ id, name, assets }: Whole): Watchlist => ({ id, name, symbols: assets.map(({ symbol }) => symbol) });

/** Grows with each change that is known here, or told by the exchange. */
let changes = 0;

function update(next: (all: readonly Watchlist[]) => readonly Watchlist[]): void {
  changes++;
  setWatchlists(next);
}

/** Puts a list in its place, or at the end. */
function keep(list: Watchlist): void {
  update((all) =>
    all.some(({ id }) => id === list.id) ? all.map((one) => (one.id === list.id ? list : one)) : [...all, list],
  );
}

async function read(): Promise<void> {
  const account = accountId();
  if (account === null) return;
  const seen = changes;
  const heads = await call<Head[]>("GET", "/v2/watchlists", { account });
  const wholes = await Promise.all(heads.map(({ id }) => call<Whole>("GET", `/v2/watchlists/${id}`, { account })));
  if (account !== accountId()) return;
  // What was read may be older than a change of meanwhile.
  if (seen !== changes) return read();
  setWatchlists(wholes.map(listOf));
}

let isKept = false;

/** Reads the lists, and keeps them for the account that is chosen. Called when the first list is shown. */
export function keepWatchlists(): void {
  if (isKept) return;
  isKept = true;
  createRoot(() => {
    const readQuietly = (): void => void read().catch(() => {});
    createEffect(
      on(accountId, () => {
        setWatchlists([]);
        readQuietly();
      }),
    );
    onTrading(({ stream, data }) => {
      // Notices have no cursor: what was missed is read.
      if (stream === "listening" || stream === "snapshot") readQuietly();
      if (stream !== "watchlist_updates") return;
      const { event, watchlist } = data as unknown as Notice;
      if (event === "deleted") update((all) => all.filter(({ id }) => id !== watchlist.id));
      else keep({ id: watchlist.id, name: watchlist.name, symbols: watchlist.symbols });
    });
  });
}

/** Whether the user may change the lists. */
export const canEditWatchlists = (): boolean => !isShared();

/** Shows a change, asks the exchange for it, and shows what it answers. False when it was refused. */
async function change(shown: () => void, ask: (account: string | null) => Promise<Whole | null>): Promise<boolean> {
  const before = watchlists();
  shown();
  try {
    const whole = await ask(accountId());
    if (whole !== null) keep(listOf(whole));
    return true;
  } catch (error) {
    update(() => before);
    notify("danger", errorText(error));
    return false;
  }
}

/** Creates a list. Gives its id; null when it was refused. */
export async function createWatchlist(name: string, symbols: readonly string[] = []): Promise<string | null> {
  try {
    const whole = await call<Whole>("POST", "/v2/watchlists", { account: accountId(), body: { name, symbols } });
    keep(listOf(whole));
    return whole.id;
  } catch (error) {
    notify("danger", errorText(error));
    return null;
  }
}

export function renameWatchlist(list: Watchlist, name: string): Promise<boolean> {
  return change(
    () => keep({ id: list.id, name, symbols: list.symbols }),
    (account) => call<Whole>("PUT", `/v2/watchlists/${list.id}`, { account, body: { name } }),
  );
}

export function deleteWatchlist(list: Watchlist): Promise<boolean> {
  return change(
    () => update((all) => all.filter(({ id }) => id !== list.id)),
    (account) => call<null>("DELETE", `/v2/watchlists/${list.id}`, { account }),
  );
}

export function addToWatchlist(list: Watchlist, symbol: string): Promise<boolean> {
  if (list.symbols.includes(symbol)) return Promise.resolve(true);
  return change(
    () => keep({ id: list.id, name: list.name, symbols: [...list.symbols, symbol] }),
    (account) => call<Whole>("POST", `/v2/watchlists/${list.id}`, { account, body: { symbol } }),
  );
}

export function removeFromWatchlist(list: Watchlist, symbol: string): Promise<boolean> {
  const path = `/v2/watchlists/${list.id}/${encodeURIComponent(symbol)}`;
  return change(
    () => keep({ id: list.id, name: list.name, symbols: list.symbols.filter((one) => one !== symbol) }),
    (account) => call<Whole>("DELETE", path, { account }),
  );
}

/** Puts a symbol at another place of its list. */
export function moveInWatchlist(list: Watchlist, symbol: string, to: number): Promise<boolean> {
  const symbols = moved(list.symbols, symbol, to);
  return change(
    () => keep({ id: list.id, name: list.name, symbols }),
    (account) => call<Whole>("PUT", `/v2/watchlists/${list.id}`, { account, body: { symbols } }),
  );
}
