import { createEffect, on, type JSX } from "solid-js";
import { price } from "../../format/numbers.ts";

/** A price that flashes when it changes. It is not announced: prices move all the time. */
export function Ticking(props: { readonly value: number | null; readonly class?: string }): JSX.Element {
  let place: HTMLSpanElement | undefined;
  createEffect(
    on(
      () => props.value,
      (value, before) => {
        if (place === undefined || value === null || before === null || before === undefined) return;
        place.classList.remove("flash-up", "flash-down");
        // A class that comes back begins its animation again only after a layout.
        void place.offsetWidth;
        place.classList.add(value >= before ? "flash-up" : "flash-down");
      },
      { defer: true },
    ),
  );
  return (
    <span ref={place} class={`ticking ${props.class ?? ""}`}>
      {price(props.value)}
    </span>
  );
}
