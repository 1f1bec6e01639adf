/** Tax lots of the positions: read when they are looked at, and again when a position changes. */
import { createEffect, createMemo, createSignal, on, type Accessor } from "solid-js";
import type { WireTaxLots } from "../../../../protocol/wire/taxLots.ts";
import { positions } from "../../account/state.ts";
import { call } from "../../api/client.ts";
import { errorText } from "../../api/error.ts";
import { accountId } from "../../api/session.ts";

type WireLot = WireTaxLots["lots"][number];

/** A lot as JSON has it, with its symbol. */
export type Lot = Omit<WireLot, "acquired_at"> & { readonly acquired_at: string; readonly symbol: string };

const PAGE = 1_000;
const AT_ONCE = 4;

/** Every lot of one symbol. */
export async function lotsOf(account: string, symbol: string): Promise<readonly Lot[]> {
  const lots: Lot[] = [];
  for (let place: string | null = null; ;) {
    const query = new URLSearchParams({ symbol, page_size: String(PAGE) });
    if (place !== null) query.set("page_token", place);
    const page: { lots: Omit<Lot, "symbol">[]; next_page_token: string | null } = await call(
      "GET",
      `/v1/portfolio/lots?${query}`,
      { account },
    );
    lots.push(...page.lots.map((lot) => ({ ...lot, symbol })));
    place = page.next_page_token;
    if (place === null) return lots;
  }
}

/** The lots of every position of the chosen account, by symbol. */
export function createLots(): {
  readonly rows: Accessor<readonly Lot[]>;
  readonly loading: Accessor<boolean>;
  readonly error: Accessor<string | null>;
} {
  const [known, setKnown] = createSignal<ReadonlyMap<string, readonly Lot[]>>(new Map());
  const [loading, setLoading] = createSignal(false);
  const [error, setError] = createSignal<string | null>(null);
  /** By symbol, the position whose lots are known. */
  let read = new Map<string, string>();
  const held = createMemo(() =>
    [...positions().values()].map(({ symbol, qty, cost_basis }) => ({ symbol, mark: `${qty}/${cost_basis}` })),
  );
  createEffect(
    on(accountId, () => {
      read = new Map();
      setKnown(new Map());
    }),
  );
  createEffect(
    on([accountId, held], async ([account, now]) => {
      if (account === null) return;
      const symbols = new Set(now.map(({ symbol }) => symbol));
      setKnown((before) => new Map([...before].filter(([symbol]) => symbols.has(symbol))));
      const wanted = now.filter(({ symbol, mark }) => read.get(symbol) !== mark);
      for (const { symbol, mark } of wanted) read.set(symbol, mark);
      setLoading(wanted.length > 0);
      for (let at = 0; at < wanted.length; at += AT_ONCE) {
        const some = wanted.slice(at, at + AT_ONCE);
        try {
          const lots = await Promise.all(some.map(({ symbol }) => lotsOf(account, symbol)));
          if (account !== accountId()) return;
          setKnown(
            (before) => new Map([...before, ...some.map(({ symbol }, nth) => [symbol, lots[nth] ?? []] as const)]),
          );
          setError(null);
        } catch (failure) {
          for (const { symbol } of some) read.delete(symbol);
          setError(errorText(failure));
        }
      }
      setLoading(false);
    }),
  );
  return {
    rows: createMemo(() => [...known().values()].flat()),
    loading,
    error,
  };
}
