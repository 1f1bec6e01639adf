import { createMemo, Show, type JSX } from "solid-js";
import { follow } from "../feed/store.ts";
import { price } from "../format/numbers.ts";

/** The last price of a symbol. */
export function PriceHead(props: { readonly symbol: string }): JSX.Element {
  const state = createMemo(() => follow(props.symbol, "trades", "quotes"));
  const last = (): number | null => state().trade()?.price ?? state().quote()?.bid ?? null;
  return <Show when={last()}>{(value) => <span class="phone-price num">{price(value())}</span>}</Show>;
}
