import { createMemo, createSignal, createUniqueId, Show, type JSX } from "solid-js";
import { positionOf } from "../../account/positionOf.ts";
import { positionNow } from "../../account/state.ts";
import { Button, IconButton } from "../../design/components/Button.tsx";
import { SelectField, TextField } from "../../design/components/Field.tsx";
import { Icon } from "../../design/components/Icon.tsx";
import { Menu, type MenuItem } from "../../design/components/Menu.tsx";
import { look } from "../../design/currentLook.ts";
import { direction, price, quantity, signedMoney } from "../../format/numbers.ts";
import { TEXT } from "../../text/en.ts";
import { LADDER } from "../../text/en/ladder.ts";
import { MarketBanner } from "../banners/MarketBanner.tsx";
import type { PanelProps } from "../kinds.ts";
import { ConfirmBar } from "./ConfirmBar.tsx";
import { createLadder, readSettings, type Ladder as LadderState, type LadderSettings } from "./createLadder.ts";
import { decimalOf, GROUPS } from "./geometry.ts";
import { LadderCanvas, type LadderHandle } from "./LadderCanvas.tsx";
import { LadderTable } from "./LadderTable.tsx";
import { createTrading, type LadderTrading } from "./trading.ts";
import "./ladder.css";

/** By density. The ticket does the same with larger controls. */
const FINE_ROWS = { compact: 20, comfortable: 24 } as const;
/** A finger needs more than a pointer. */
const COARSE_ROW = 44;

/** The depth ladder: what is displayed at each price, and trading on it. */
export default function Ladder(props: PanelProps): JSX.Element {
  const settings = createMemo(() => readSettings(props.settings()));
  const change = (part: Partial<LadderSettings>): void => props.setSettings({ ...props.settings(), ...part });
  const ladder = createLadder(props.symbol, settings);
  const trading = createTrading(ladder, settings);
  const [row, setRow] = createSignal("");
  const help = createUniqueId();
  let handle: LadderHandle | null = null;
  const isCoarse = matchMedia("(pointer: coarse)").matches;
  return (
    <div class="ladder" data-armed={trading.armed()}>
      <Tools ladder={ladder} trading={trading} settings={settings()} change={change} />
      <p class="hidden-text">{summaryOf(ladder)}</p>
      <p class="hidden-text" id={help}>
        {LADDER.help}
      </p>
      <Show when={settings().table}>
        <LadderTable ladder={ladder} trading={trading} />
        <div class="ladder-said">
          <Verified ladder={ladder} />
        </div>
      </Show>
      <Show when={!settings().table}>
        <LadderCanvas
          ladder={ladder}
          trading={trading}
          rowHeight={isCoarse ? COARSE_ROW : FINE_ROWS[look().density]}
          help={help}
          onRow={setRow}
          handle={(given) => (handle = given)}
        />
        <div class="ladder-said">
          <p class="ladder-row clip">{row()}</p>
          <Verified ladder={ladder} />
          <IconButton icon="refresh" label={LADDER.recentre} onClick={() => handle?.recentre()} />
        </div>
      </Show>
      {/* Under the rows, which would move when it comes or goes. */}
      <MarketBanner symbol={props.symbol()} brief />
      <div class="ladder-bottom">
        <Foot ladder={ladder} trading={trading} settings={settings()} />
        <ConfirmBar trading={trading} />
      </div>
    </div>
  );
}

interface PartProps {
  readonly ladder: LadderState;
  readonly trading: LadderTrading;
  readonly settings: LadderSettings;
}

/** Quantity, step of the rows, centring, the armed mode, and options. */
function Tools(props: PartProps & { readonly change: (part: Partial<LadderSettings>) => void }): JSX.Element {
  const option = (text: string, key: "follows" | "sums" | "volume" | "table"): MenuItem => ({
    text,
    checked: props.settings[key],
    onChoose: () => props.change({ [key]: !props.settings[key] }),
  });
  const items = (): readonly MenuItem[] => [
    option(LADDER.autoCentre, "follows"),
    option(LADDER.cumulative, "sums"),
    option(LADDER.volume, "volume"),
    option(LADDER.tableView, "table"),
    ...(["day", "gtc", "ioc"] as const).map((tif) => ({
      text: LADDER.tif[tif],
      checked: props.settings.tif === tif,
      onChoose: () => props.change({ tif }),
    })),
  ];
  return (
    <div class="ladder-tools">
      <TextField
        class="ladder-qty"
        label={LADDER.quantity}
        hideLabel
        inputmode="decimal"
        value={props.settings.quantity}
        error={props.trading.refusal()}
        onInput={(event) => props.change({ quantity: event.currentTarget.value })}
      />
      <SelectField
        class="ladder-group"
        label={LADDER.group}
        hideLabel
        value={String(props.settings.group)}
        options={GROUPS.map((group) => ({ value: String(group), text: decimalOf(group * props.ladder.tick()) }))}
        onChange={(value) => props.change({ group: Number(value) })}
      />
      <button
        type="button"
        class="button ladder-arm"
        aria-pressed={props.trading.armed()}
        title={LADDER.armedHint}
        onClick={() => props.trading.setArmed(!props.trading.armed())}
      >
        <Icon name="bolt" />
        {props.trading.armed() ? LADDER.armed : LADDER.arm}
      </button>
      <Menu label={LADDER.options} items={items()} />
    </div>
  );
}

/** Orders at the market, the position, and whether the book is verified. */
function Foot(props: PartProps): JSX.Element {
  const qty = (): string => quantity(Number(props.settings.quantity) || 0);
  const position = createMemo(() => positionOf(props.ladder.symbol()));
  const has = (side: "buy" | "sell"): boolean => props.trading.ordersOf(side).length > 0;
  return (
    <div class="ladder-foot" inert={props.trading.question() !== null}>
      <div class="ladder-market">
        <Button kind="buy" onClick={() => props.trading.market("buy")}>
          {LADDER.buyMarket(qty())}
        </Button>
        <Button kind="sell" onClick={() => props.trading.market("sell")}>
          {LADDER.sellMarket(qty())}
        </Button>
      </div>
      <div class="ladder-market">
        <Button disabled={!has("buy")} onClick={() => props.trading.cancelSide("buy")}>
          {LADDER.cancelBuys}
        </Button>
        <Button disabled={!has("sell")} onClick={() => props.trading.cancelSide("sell")}>
          {LADDER.cancelSells}
        </Button>
      </div>
      <Show when={position()}>
        {(held) => (
          <p class="ladder-position">
            {LADDER.position(quantity(held().qty), price(Number(held().avg_entry_price)))}{" "}
            <span class={direction(positionNow(held()).unrealized)}>{signedMoney(positionNow(held()).unrealized)}</span>
          </p>
        )}
      </Show>
    </div>
  );
}

function Verified(props: { readonly ladder: LadderState }): JSX.Element {
  return (
    <Show when={props.ladder.depth()}>
      {(depth) => (
        <span class="ladder-verified" data-verified={depth().verified} title={LADDER.verifiedHint(String(depth().seq))}>
          <Icon name={depth().verified ? "shield" : "warning"} size={12} />
          {depth().verified ? LADDER.verified : LADDER.unverified}
        </span>
      )}
    </Show>
  );
}

/** The book in a sentence, for those who do not see the drawing. */
function summaryOf(ladder: LadderState): string {
  const depth = ladder.depth();
  const [bid] = depth?.bids ?? [];
  const [ask] = depth?.asks ?? [];
  if (depth === null) return TEXT.common.loading;
  if (bid === undefined && ask === undefined) return LADDER.empty;
  const spread = bid === undefined || ask === undefined ? null : ask[0] - bid[0];
  return LADDER.summary(
    ladder.symbol(),
    price(bid?.[0]),
    price(ask?.[0]),
    price(spread),
    depth.bids.length,
    depth.asks.length,
    ladder.own().length,
  );
}
