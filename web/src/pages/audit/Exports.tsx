import type { JSX } from "solid-js";
import { Button } from "../../design/components/Button.tsx";
import { saveCsv } from "../../format/download.ts";
import { CONSOLE } from "../../text/en/console.ts";
import { eventsCsv, saveJson, type TrailEvent } from "./trail.ts";

/** Buttons that save events, as CSV and as JSON. */
export function Exports(props: { readonly events: readonly TrailEvent[]; readonly name: string }): JSX.Element {
  const isEmpty = (): boolean => props.events.length === 0;
  return (
    <div class="row">
      <Button
        icon="download"
        disabled={isEmpty()}
        onClick={() => saveCsv(`${props.name}.csv`, eventsCsv(props.events))}
      >
        {CONSOLE.exportCsv}
      </Button>
      <Button icon="download" disabled={isEmpty()} onClick={() => saveJson(`${props.name}.json`, props.events)}>
        {CONSOLE.exportJson}
      </Button>
    </div>
  );
}
