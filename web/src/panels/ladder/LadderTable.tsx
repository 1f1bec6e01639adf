import { createEffect, createMemo, createSignal, For, onCleanup, Show, untrack, type JSX } from "solid-js";
import { Button } from "../../design/components/Button.tsx";
import { isStale } from "../../feed/stale.ts";
import { quantity } from "../../format/numbers.ts";
import { totalOf } from "../../market/tradeLog.ts";
import { LADDER } from "../../text/en/ladder.ts";
import type { Ladder } from "./createLadder.ts";
import { sizeOf } from "./own.ts";
import type { LadderTrading } from "./trading.ts";
import "../sideButton.css";

/** The table is read, not watched: it changes once in this time. */
const PACE_MS = 1_000;
const ROWS_OF_SIDE = 20;

/** The ladder as a table with buttons. Asks are above bids, as on the drawing. */
export function LadderTable(props: { readonly ladder: Ladder; readonly trading: LadderTrading }): JSX.Element {
  const { ladder } = props;
  const [tick, setTick] = createSignal(0);
  const timer = setInterval(() => setTick((at) => at + 1), PACE_MS);
  onCleanup(() => clearInterval(timer));
  createEffect(() => {
    // The first book, and own orders, are shown when they come.
    void (ladder.depth() === null);
    ladder.own();
    ladder.step();
    setTick((at) => at + 1);
  });
  const keys = createMemo(() => {
    tick();
    return untrack(() => {
      const asks = [...ladder.asks().keys()].slice(0, ROWS_OF_SIDE);
      const bids = [...ladder.bids().keys()].slice(0, ROWS_OF_SIDE);
      return [...new Set([...asks, ...bids, ...ladder.ownRows().keys()])].sort((a, b) => b - a);
    });
  });
  const names = LADDER.columns;
  return (
    <div class="ladder-table" role="region" tabindex={0} aria-label={LADDER.tableLabel(ladder.symbol())}>
      <table class="table" data-stale={isStale(ladder.symbol())}>
        <thead>
          <tr>
            <th scope="col" class="num">
              {names.bid}
            </th>
            <th scope="col" class="num">
              {names.price}
            </th>
            <th scope="col" class="num">
              {names.ask}
            </th>
            <th scope="col" class="num">
              {names.sum}
            </th>
            <th scope="col" class="num">
              {names.volume}
            </th>
            <th scope="col">{names.own}</th>
          </tr>
        </thead>
        <tbody>
          <For each={keys()}>{(key) => <Row rowKey={key} tick={tick()} ladder={ladder} trading={props.trading} />}</For>
        </tbody>
      </table>
    </div>
  );
}

function Row(props: {
  readonly rowKey: number;
  readonly tick: number;
  readonly ladder: Ladder;
  readonly trading: LadderTrading;
}): JSX.Element {
  const { ladder, trading } = props;
  const at = <T,>(read: () => T): (() => T) =>
    createMemo(() => {
      void props.tick;
      return untrack(read);
    });
  const price = (): string => ladder.priceText(props.rowKey * ladder.step());
  const bid = at(() => ladder.bids().get(props.rowKey));
  const ask = at(() => ladder.asks().get(props.rowKey));
  const sum = at(() => ladder.bidSums().get(props.rowKey) ?? ladder.askSums().get(props.rowKey));
  const volume = at(() => ladder.volumes().rows.get(props.rowKey));
  const own = createMemo(() => ladder.ownRows().get(props.rowKey) ?? []);
  return (
    <tr>
      <td class="num">
        <span class="up">{bid() === undefined ? "" : quantity(bid())}</span>
        <button
          type="button"
          class="side-button"
          data-side="buy"
          aria-label={LADDER.buyAt(price())}
          onClick={() => trading.place("buy", props.rowKey)}
        >
          B
        </button>
      </td>
      <th scope="row" class="num">
        {price()}
      </th>
      <td class="num">
        <span class="down">{ask() === undefined ? "" : quantity(ask())}</span>
        <button
          type="button"
          class="side-button"
          data-side="sell"
          aria-label={LADDER.sellAt(price())}
          onClick={() => trading.place("sell", props.rowKey)}
        >
          S
        </button>
      </td>
      <td class="num">{sum() === undefined ? "" : quantity(sum())}</td>
      <td class="num">{((known) => (known === undefined ? "" : quantity(totalOf(known))))(volume())}</td>
      <td>
        <Show when={own().length > 0}>
          <Button size={undefined} onClick={() => trading.cancel(own())}>
            {LADDER.cancelQuestion(quantity(sizeOf(own())))}
          </Button>
        </Show>
      </td>
    </tr>
  );
}
