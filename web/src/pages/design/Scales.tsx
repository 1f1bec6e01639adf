import { For, type JSX } from "solid-js";
import { DESIGN_TEXT } from "../../text/en/design.ts";

const SIZES = ["3xl", "2xl", "xl", "l", "m", "s", "xs"] as const;
const SPACES = ["1", "2", "3", "4", "6", "8", "12"] as const;
const RADII = ["s", "m", "l"] as const;

export function TypeScale(): JSX.Element {
  return (
    <dl class="type-scale">
      <For each={SIZES}>
        {(size) => (
          <div>
            <dt>
              <code>--text-{size}</code>
              <span class="small muted">{DESIGN_TEXT.sizes[size]}</span>
            </dt>
            <dd style={{ "font-size": `var(--text-${size})` }}>{DESIGN_TEXT.sample}</dd>
          </div>
        )}
      </For>
    </dl>
  );
}

export function Spaces(): JSX.Element {
  return (
    <div class="row wrap design-spaces">
      <For each={SPACES}>
        {(space) => (
          <div class="space-sample">
            <span style={{ width: `var(--space-${space})`, height: `var(--space-${space})` }} />
            <code>--space-{space}</code>
          </div>
        )}
      </For>
      <For each={RADII}>
        {(radius) => (
          <div class="space-sample">
            <span class="radius-sample" style={{ "border-radius": `var(--radius-${radius})` }} />
            <code>--radius-{radius}</code>
          </div>
        )}
      </For>
    </div>
  );
}
