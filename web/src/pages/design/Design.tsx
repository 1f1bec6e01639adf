import { createSignal, For, Show, type JSX } from "solid-js";
import { PALETTES, THEMES } from "../../design/look.ts";
import { Segments } from "../../design/components/Segments.tsx";
import { DESIGN_TEXT } from "../../text/en/design.ts";
import { LOOK_TEXT } from "../../text/en/look.ts";
import { Colours } from "./Colours.tsx";
import { Controls } from "./Controls.tsx";
import { Parts } from "./Parts.tsx";
import { Spaces, TypeScale } from "./Scales.tsx";
import "./design.css";

const T = DESIGN_TEXT;
/** Themes with colours of their own; "as the system" is one of them. */
const SHOWN = THEMES.filter((theme) => theme !== "system");

/** The design system: every token and component, live, in each theme. */
export default function Design(): JSX.Element {
  const [palette, setPalette] = createSignal<(typeof PALETTES)[number]>("classic");
  const [theme, setTheme] = createSignal<string>("all");
  const themes = () => SHOWN.filter((one) => theme() === "all" || theme() === one);
  return (
    <div class="page design">
      <h1>{T.title}</h1>
      <p class="design-lead">{T.lead}</p>
      <div class="row wrap design-choice">
        <Segments
          label={LOOK_TEXT.theme}
          value={theme()}
          onChange={setTheme}
          options={[{ value: "all", text: T.all }, ...SHOWN.map((value) => ({ value, text: LOOK_TEXT.themes[value] }))]}
        />
        <Segments
          label={LOOK_TEXT.palette}
          value={palette()}
          onChange={(value) => setPalette(PALETTES.find((one) => one === value) ?? "classic")}
          options={PALETTES.map((value) => ({ value, text: LOOK_TEXT.palettes[value] }))}
        />
      </div>
      <section>
        <h2>{T.principles}</h2>
        <ul class="design-rules">
          <For each={T.rules}>{(rule) => <li>{rule}</li>}</For>
        </ul>
      </section>
      <section>
        <h2>{T.type}</h2>
        <TypeScale />
      </section>
      <section>
        <h2>{T.space}</h2>
        <Spaces />
      </section>
      <For each={themes()}>
        {(one) => (
          <Show when={palette()} keyed>
            {(colours) => (
              <section class="design-theme" data-theme={one} data-palette={colours}>
                <h2>{LOOK_TEXT.themes[one]}</h2>
                <Colours />
                <h3>{T.controls}</h3>
                <Controls />
                <h3>{T.parts}</h3>
                <Parts />
              </section>
            )}
          </Show>
        )}
      </For>
    </div>
  );
}
