import { useNavigate, useSearchParams } from "@solidjs/router";
import { createSignal, For, Match, Show, Switch, type Accessor, type JSX } from "solid-js";
import { Button } from "../design/components/Button.tsx";
import { Icon } from "../design/components/Icon.tsx";
import { Segments } from "../design/components/Segments.tsx";
import { askTicket } from "../orders/ticketRequest.ts";
import { TEXT } from "../text/en.ts";
import { LAYOUT_TEXT } from "../text/en/workspace.ts";
import { PANELS } from "../text/en/panels.ts";
import type { PanelSettings, PanelState } from "./layout.ts";
import { PanelContent } from "./panelBodies.tsx";
import { findSymbol } from "./symbolQuestion.ts";
import { activeSymbol, showSymbol } from "./symbols.ts";
import { PriceHead } from "./PriceHead.tsx";

const T = LAYOUT_TEXT;
const SETTINGS_KEY = "phone-panels";
/** What the market of a symbol is looked at by, in the order of the segments. */
const MARKET = ["chart", "ladder", "depthChart", "tape"] as const;

/** On a phone: one panel at a time. The navigation at the bottom (shell/BottomNav.tsx) says which by `view`. */
export function PhoneWorkspace(): JSX.Element {
  const [query] = useSearchParams<{ view?: string }>();
  const settings = phoneSettings();
  const navigate = useNavigate();
  /** Who presses a symbol in a list wants to see it. */
  const showChart = (): void => navigate("/trade?view=chart");
  return (
    <div class="phone">
      <Switch fallback={<PhonePanel kind="watchlist" settings={settings} onSymbol={showChart} />}>
        <Match when={query.view === "chart"}>
          <Market settings={settings} />
        </Match>
        <Match when={query.view === "trade"}>
          <SymbolHead />
          <PhonePanel kind="ticket" settings={settings} />
        </Match>
        <Match when={query.view === "orders"}>
          <PhonePanel kind="blotter" settings={settings} onSymbol={showChart} />
        </Match>
        <Match when={query.view === "balances"}>
          <PhonePanel kind="balances" settings={settings} />
        </Match>
      </Switch>
    </div>
  );
}

type Settings = readonly [of: (kind: string) => PanelSettings, set: (kind: string, settings: PanelSettings) => void];

/** What panels keep on this phone; apart from layouts, which a phone does not show. */
function phoneSettings(): Settings {
  let first: Readonly<Record<string, PanelSettings>> = {};
  try {
    first = JSON.parse(localStorage.getItem(SETTINGS_KEY) ?? "{}") as typeof first;
  } catch {
    // Written by something else.
  }
  const [all, setAll] = createSignal(first);
  return [
    (kind) => all()[kind] ?? {},
    (kind, settings) => localStorage.setItem(SETTINGS_KEY, JSON.stringify(setAll({ ...all(), [kind]: settings }))),
  ];
}

function PhonePanel(props: {
  readonly kind: string;
  readonly settings: Settings;
  readonly onSymbol?: () => void;
}): JSX.Element {
  const state: Accessor<PanelState> = () => ({
    id: props.kind,
    kind: props.kind,
    link: null,
    symbol: activeSymbol(),
    settings: props.settings[0](props.kind),
  });
  return (
    <PanelContent
      state={state}
      change={({ symbol, settings }) => {
        if (typeof symbol === "string") {
          showSymbol(symbol);
          props.onSymbol?.();
        }
        if (settings !== undefined) props.settings[1](props.kind, settings);
      }}
    />
  );
}

function Market(props: { readonly settings: Settings }): JSX.Element {
  const [shown, setShown] = createSignal<(typeof MARKET)[number]>("chart");
  return (
    <>
      <SymbolHead />
      <Segments
        class="phone-segments"
        label={T.marketViews}
        options={MARKET.map((kind) => ({ value: kind, text: T.short[kind] }))}
        value={shown()}
        onChange={(kind) => setShown(MARKET.find((one) => one === kind) ?? "chart")}
      />
      <For each={MARKET}>
        {(kind) => (
          <Show when={shown() === kind}>
            <PhonePanel kind={kind} settings={props.settings} />
          </Show>
        )}
      </For>
      <div class="phone-trade">
        <Button kind="sell" size="large" onClick={() => askTicket({ symbol: activeSymbol(), side: "sell" })}>
          {TEXT.common.sell}
        </Button>
        <Button kind="buy" size="large" onClick={() => askTicket({ symbol: activeSymbol(), side: "buy" })}>
          {TEXT.common.buy}
        </Button>
      </div>
    </>
  );
}

/** The symbol that is shown, with its price; pressed, another one is searched. */
function SymbolHead(): JSX.Element {
  return (
    <div class="phone-head">
      <button
        type="button"
        class="phone-symbol"
        aria-haspopup="dialog"
        aria-label={T.symbolOf(PANELS.chart, activeSymbol())}
        onClick={() => findSymbol((symbol) => showSymbol(symbol))}
      >
        {activeSymbol()}
        <Icon name="chevronDown" />
      </button>
      <PriceHead symbol={activeSymbol()} />
    </div>
  );
}
