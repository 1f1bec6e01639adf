import type { JSX } from "solid-js";
import { LOOK_TEXT } from "../../text/en/look.ts";
import { changeLook, look } from "../currentLook.ts";
import { DENSITIES, PALETTES, THEMES } from "../look.ts";
import { CheckField, type Option } from "./Field.tsx";
import { Segments } from "./Segments.tsx";

const T = LOOK_TEXT;

/** How the terminal looks in this browser: theme, density, colours of up and down, movement. */
export function LookSettings(): JSX.Element {
  const options = <K extends string>(all: readonly K[], texts: Readonly<Record<K, string>>): readonly Option[] =>
    all.map((value) => ({ value, text: texts[value] }));
  return (
    <div class="look-settings">
      <div class="field">
        <span class="field-label">{T.theme}</span>
        <Segments
          label={T.theme}
          options={options(THEMES, T.themes)}
          value={look().theme}
          onChange={(value) => changeLook({ theme: THEMES.find((one) => one === value) ?? "dark" })}
        />
      </div>
      <div class="field">
        <span class="field-label">{T.density}</span>
        <Segments
          label={T.density}
          options={options(DENSITIES, T.densities)}
          value={look().density}
          onChange={(value) => changeLook({ density: DENSITIES.find((one) => one === value) ?? "compact" })}
        />
      </div>
      <div class="field">
        <span class="field-label">{T.palette}</span>
        <Segments
          label={T.palette}
          options={options(PALETTES, T.palettes)}
          value={look().palette}
          onChange={(value) => changeLook({ palette: PALETTES.find((one) => one === value) ?? "classic" })}
        />
        <p class="look-sample">
          <span class="up">▲ +1.25%</span> <span class="down">▼ −0.80%</span>
          <span class="small muted">{T.paletteHints[look().palette]}</span>
        </p>
      </div>
      <CheckField label={T.still} checked={look().still} onChange={(still) => changeLook({ still })} />
      <p class="small muted">{T.hereOnly}</p>
    </div>
  );
}
