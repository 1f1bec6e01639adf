import { For, Show, type JSX } from "solid-js";
import "./tables.css";

export type Cell = JSX.Element;

export interface Title {
  readonly text: string;
  readonly numeric?: boolean;
}

/** A short table as it is, in a box that scrolls sideways where there is no room. */
export function PlainTable(props: {
  readonly label: string;
  readonly titles: readonly Title[];
  readonly rows: readonly (readonly Cell[])[];
  /** Rows of a name and a total, under the last column. */
  readonly foot?: readonly (readonly [name: string, value: Cell])[];
  /** A long table scrolls in a box of limited height. */
  readonly tall?: boolean | undefined;
}): JSX.Element {
  const className = (nth: number): string | undefined => (props.titles[nth]?.numeric === true ? "num" : undefined);
  return (
    <div class="table-scroll" data-tall={props.tall} tabindex={0} role="region" aria-label={props.label}>
      <table class="plain-table">
        <thead>
          <tr>
            <For each={props.titles}>
              {(title, nth) => (
                <th scope="col" class={className(nth())}>
                  {title.text}
                </th>
              )}
            </For>
          </tr>
        </thead>
        <tbody>
          <For each={props.rows}>
            {(cells) => (
              <tr>
                <For each={cells}>{(cell, nth) => <td class={className(nth())}>{cell}</td>}</For>
              </tr>
            )}
          </For>
        </tbody>
        <Show when={(props.foot ?? []).length > 0}>
          <tfoot>
            <For each={props.foot}>
              {([name, value]) => (
                <tr class="explain-sum">
                  <th scope="row" colspan={props.titles.length - 1}>
                    {name}
                  </th>
                  <td class="num">{value}</td>
                </tr>
              )}
            </For>
          </tfoot>
        </Show>
      </table>
    </div>
  );
}
