/** The market at a glance, read every second while the page is seen. */
import { sameTexts } from "../../design/sameTexts.ts";
import { createMemo, createSignal, onCleanup, onMount, type Accessor } from "solid-js";
import type { MarketOverview } from "../../../../protocol/wire/overview.ts";
import { call } from "../../api/client.ts";

export type SymbolOverview = MarketOverview["symbols"][number];

const EVERY_MS = 1_000;
/** After so long without an answer prices are shown as old. */
const STALE_MS = 5_000;

export interface Overview {
  /** The listed symbols; they rarely change. */
  readonly symbols: Accessor<readonly string[]>;
  /** A symbol now; follows it where the caller is reactive. */
  of(symbol: string): SymbolOverview | null;
  readonly all: Accessor<readonly SymbolOverview[]>;
  readonly loaded: Accessor<boolean>;
  readonly stale: Accessor<boolean>;
}

/** Follows the market for the component that calls this. */
export function followOverview(): Overview {
  const [all, setAll] = createSignal<readonly SymbolOverview[]>([]);
  const [loaded, setLoaded] = createSignal(false);
  const [stale, setStale] = createSignal(false);
  const bySymbol = createMemo(() => new Map(all().map((one) => [one.symbol, one])));
  const symbols = createMemo(() => all().map(({ symbol }) => symbol), [], { equals: sameTexts });
  let answeredAt = Date.now();
  let timer: ReturnType<typeof setTimeout> | undefined;
  const read = async (): Promise<void> => {
    try {
      if (!document.hidden) {
        const { symbols: next } = await call<MarketOverview>("GET", "/v1/market/overview");
        answeredAt = Date.now();
        setAll(next);
        setLoaded(true);
      }
    } catch {
      // The next read may be answered; until then the page says that its prices are old.
    }
    setStale(!document.hidden && Date.now() - answeredAt > STALE_MS);
    timer = setTimeout(() => void read(), EVERY_MS);
  };
  onMount(() => void read());
  onCleanup(() => clearTimeout(timer));
  return { symbols, all, loaded, stale, of: (symbol) => bySymbol().get(symbol) ?? null };
}
