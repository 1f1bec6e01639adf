/** Parts of console pages: what is read, facts, plain tables, ids, JSON. */
import {
  children,
  createResource,
  createUniqueId,
  For,
  onMount,
  Show,
  type Accessor,
  type JSX,
  type Resource,
} from "solid-js";
import { call } from "../../api/client.ts";
import { errorText } from "../../api/error.ts";
import { IconButton } from "../../design/components/Button.tsx";
import { notify } from "../../design/components/notices.tsx";
import { submits } from "../../forms/action.tsx";
import { CONSOLE as T } from "../../text/en/console.ts";
import { TEXT } from "../../text/en.ts";

export interface Reading<R> {
  readonly value: Accessor<R | undefined>;
  readonly state: Resource<R>;
  readonly again: () => void;
}

/** Reads a path, and again when it changes. Null: nothing is read. What was read before stays until the next is there. */
export function reading<R>(path: Accessor<string | null>): Reading<R> {
  const [state, { refetch }] = createResource(path, (where: string) => call<R>("GET", where));
  const value = (): R | undefined => settled(state);
  return { value, state, again: () => void refetch() };
}

/**
 * What a resource has, without waiting for it. To read one that is not there yet would replace the whole page, which
 * waits at a boundary of the terminal.
 */
export function settled<R>(resource: Resource<R>): R | undefined {
  return resource.state === "ready" || resource.state === "refreshing" ? resource.latest : undefined;
}

/** Why something went wrong; nothing when it did not. */
export function Failure(props: { readonly error: unknown }): JSX.Element {
  return (
    <Show when={props.error}>
      {(error) => (
        <p class="notice" data-tone="danger" role="alert">
          {errorText(error())}
        </p>
      )}
    </Show>
  );
}

/** A part of a page, with what can be done in it. */
export function Card(props: {
  readonly title: JSX.Element;
  /** Where the page has the same title, this one is for screen readers alone. */
  readonly hideTitle?: boolean;
  readonly tools?: JSX.Element;
  readonly children: JSX.Element;
}): JSX.Element {
  const id = createUniqueId();
  const tools = children(() => props.tools);
  const heading = (
    <h2 id={id} classList={{ "hidden-text": props.hideTitle === true }}>
      {props.title}
    </h2>
  );
  return (
    <section class="card stack" aria-labelledby={id}>
      <Show when={tools()} fallback={heading}>
        <div class="console-head">
          {heading}
          {tools()}
        </div>
      </Show>
      {props.children}
    </section>
  );
}

/** What is searched for: fields and their button, in a line. */
export function SearchForm(props: { readonly onSearch: () => void; readonly children: JSX.Element }): JSX.Element {
  return (
    <form class="console-tools" role="search" onSubmit={submits(() => props.onSearch())}>
      {props.children}
    </form>
  );
}

/** Shows what was read; says that it is being read, or why it was refused. */
export function Read<R>(props: {
  readonly from: Reading<R>;
  readonly children: (value: Accessor<R>) => JSX.Element;
}): JSX.Element {
  return (
    <Show when={props.from.state.error === undefined} fallback={<Failure error={props.from.state.error} />}>
      <Show when={props.from.value()} fallback={<p class="muted">{TEXT.common.loading}…</p>}>
        {(value) => props.children(value)}
      </Show>
    </Show>
  );
}

/** Names and values. */
export function Facts(props: { readonly of: readonly (readonly [name: string, value: JSX.Element])[] }): JSX.Element {
  return (
    <dl class="facts">
      <For each={props.of}>
        {([name, value]) => (
          <>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </>
        )}
      </For>
    </dl>
  );
}

export interface RowColumn<Row> {
  readonly title: string;
  readonly numeric?: boolean;
  readonly cell: (row: Row) => JSX.Element;
}

/** A table of few rows, which scrolls sideways where it is wider than the page. */
export function Rows<Row>(props: {
  readonly label: string;
  readonly rows: readonly Row[];
  readonly columns: readonly RowColumn<Row>[];
  readonly empty: string;
  readonly isCurrent?: (row: Row) => boolean;
}): JSX.Element {
  return (
    <Show when={props.rows.length > 0} fallback={<p class="muted">{props.empty}</p>}>
      <div class="rows-box" role="region" aria-label={T.table(props.label)} tabindex={0}>
        <table class="rows">
          <thead>
            <tr>
              <For each={props.columns}>
                {(column) => (
                  <th scope="col" class={column.numeric === true ? "num" : undefined}>
                    {column.title}
                  </th>
                )}
              </For>
            </tr>
          </thead>
          <tbody>
            <For each={props.rows}>
              {(row) => (
                <tr aria-current={props.isCurrent?.(row) === true ? "true" : undefined}>
                  <For each={props.columns}>
                    {(column) => <td class={column.numeric === true ? "num" : undefined}>{column.cell(row)}</td>}
                  </For>
                </tr>
              )}
            </For>
          </tbody>
        </table>
      </div>
    </Show>
  );
}

/** An id that can be copied. */
export function Id(props: { readonly value: string; readonly copy?: boolean }): JSX.Element {
  return (
    <span class="row">
      <span class="id">{props.value}</span>
      <Show when={props.copy === true}>
        <IconButton
          icon="copy"
          label={`${T.copy}: ${props.value}`}
          onClick={() => void navigator.clipboard.writeText(props.value).then(() => notify("accent", T.copied))}
        />
      </Show>
    </span>
  );
}

/** An object as text; texts of users in it stay text. */
export function Json(props: { readonly label: string; readonly value: unknown }): JSX.Element {
  return (
    <pre class="json" tabindex={0} role="region" aria-label={props.label}>
      {JSON.stringify(props.value, null, 2)}
    </pre>
  );
}

/** What is shown of a chosen row: it is brought into view and read next. */
export function Detail(props: { readonly card?: boolean; readonly children: JSX.Element }): JSX.Element {
  let box: HTMLDivElement | undefined;
  onMount(() => {
    box?.focus({ preventScroll: true });
    box?.scrollIntoView({ block: "start" });
  });
  return (
    <div ref={box} class={props.card === true ? "stack" : "stack detail"} tabindex={-1}>
      {props.children}
    </div>
  );
}

/** A button in a table that shows more of its row. */
export function RowLink(props: { readonly onChoose: () => void; readonly children: JSX.Element }): JSX.Element {
  return (
    <button type="button" class="link" onClick={() => props.onChoose()}>
      {props.children}
    </button>
  );
}
