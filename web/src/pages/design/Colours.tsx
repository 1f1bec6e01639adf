import { createSignal, For, onMount, Show, type JSX } from "solid-js";
import { contrast, PAIRS } from "../../design/contrast.ts";
import { DESIGN_TEXT } from "../../text/en/design.ts";

const T = DESIGN_TEXT;

/** What each colour is for, in the order of the page. */
const SWATCHES = Object.entries(T.colours) as readonly (readonly [name: string, use: string])[];

/** The colours of the theme around it, with what each one is for and how well it is read. */
export function Colours(): JSX.Element {
  let box: HTMLDivElement | undefined;
  const [values, setValues] = createSignal<ReadonlyMap<string, string>>(new Map());
  onMount(() => {
    if (box === undefined) return;
    const style = getComputedStyle(box);
    setValues(new Map(SWATCHES.map(([name]) => [name, style.getPropertyValue(`--${name}`).trim()])));
  });
  return (
    <div ref={box} class="swatches">
      <For each={SWATCHES}>
        {([name, use]) => (
          <div class="swatch">
            <span class="swatch-colour" style={{ background: `var(--${name})` }} />
            <div class="grow">
              <div class="spread">
                <code>--{name}</code>
                <span class="small muted">{values().get(name)}</span>
              </div>
              <div class="small quiet">{use}</div>
              <Show when={weakest(name, values())}>
                {(worst) => <div class="small muted">{T.ratio(worst().ratio.toFixed(1), worst().on)}</div>}
              </Show>
            </div>
          </div>
        )}
      </For>
    </div>
  );
}

/** The ground on which a colour has the least contrast, among those that it may stand on. */
function weakest(name: string, values: ReadonlyMap<string, string>): { on: string; ratio: number } | null {
  const colour = values.get(name);
  const pair = PAIRS[name];
  if (pair === undefined || colour === undefined) return null;
  const all = pair.on.flatMap((on) => {
    const ground = values.get(on);
    return ground === undefined || ground === "" ? [] : [{ on, ratio: contrast(colour, ground) }];
  });
  return all.toSorted((a, b) => a.ratio - b.ratio)[0] ?? null;
}
