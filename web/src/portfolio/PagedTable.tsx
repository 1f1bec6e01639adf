import { Show, type JSX } from "solid-js";
import type { Paged } from "../account/paged.ts";
import { Button } from "../design/components/Button.tsx";
import { TEXT } from "../text/en.ts";
import { type Cell, PlainTable, type Title } from "./PlainTable.tsx";

/** A table of rows that come a page at a time: why there are none, and a button for the next page. */
export function PagedTable<Row>(props: {
  readonly of: Paged<Row>;
  readonly label: string;
  readonly none: string;
  readonly titles: readonly Title[];
  readonly cells: (row: Row) => readonly Cell[];
  readonly tall?: boolean;
}): JSX.Element {
  return (
    <>
      <Show when={props.of.error()}>{(text) => <p class="field-error">{text()}</p>}</Show>
      <Show when={props.of.rows().length > 0} fallback={<p class="muted">{props.none}</p>}>
        <PlainTable
          label={props.label}
          titles={props.titles}
          rows={props.of.rows().map(props.cells)}
          tall={props.tall}
        />
      </Show>
      <Show when={props.of.more()}>
        <Button busy={props.of.loading()} onClick={props.of.loadMore}>
          {TEXT.common.loadMore}
        </Button>
      </Show>
    </>
  );
}
