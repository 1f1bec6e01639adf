import { createMemo, Show, type JSX } from "solid-js";
import { isStale } from "../feed/stale.ts";
import { follow } from "../feed/store.ts";
import { price } from "../format/numbers.ts";

/** The last price of a symbol. */
export function PriceHead(props: { readonly symbol: string }): JSX.Element {
  const state = createMemo(() => follow(props.symbol, "trades", "quotes"));
  const last = (): number | null => state().trade()?.price ?? state().quote()?.bid ?? null;
  return (
    <Show when={last()}>
      {(value) => (
        <span class="phone-price num" classList={{ stale: isStale(props.symbol) }}>
          {price(value())}
        </span>
      )}
    </Show>
  );
}
