import { createSignal, Show, type JSX } from "solid-js";
import { Button } from "../../design/components/Button.tsx";
import { Badge } from "../../design/components/small.tsx";
import { fullTime } from "../../format/times.ts";
import { ADMIN } from "../../text/en/admin.ts";
import { CONSOLE } from "../../text/en/console.ts";
import { Card, Detail, Id, Json, Read, reading, RowLink, Rows } from "../console/parts.tsx";
import type { Act, Acts } from "./wire.ts";

const T = ADMIN.log;
const PAGE = 50;
const TONES = { done: "good", repeated: "accent", refused: "danger", failed: "warn" } as const;

/** What administrators have done, newest first. Also for auditors. */
export function Log(): JSX.Element {
  const [before, setBefore] = createSignal<number | null>(null);
  const [chosen, setChosen] = createSignal<Act | null>(null);
  const acts = reading<Acts>(() => `/v1/admin/acts?limit=${PAGE}${before() === null ? "" : `&before=${before()}`}`);
  return (
    <Card
      title={ADMIN.sections.log}
      hideTitle
      tools={
        <Button icon="refresh" onClick={() => (before() === null ? acts.again() : setBefore(null))}>
          {before() === null ? CONSOLE.refresh : CONSOLE.newest}
        </Button>
      }
    >
      <Read from={acts}>
        {(page) => (
          <>
            <ActRows rows={page().acts} chosen={chosen()} onChoose={setChosen} />
            <Show when={chosen()} keyed>
              {(act) => (
                <Detail>
                  <h3>
                    {T.facts}: {act.what}
                  </h3>
                  <Json label={T.facts} value={act} />
                </Detail>
              )}
            </Show>
            <Show when={page().acts.length === PAGE}>
              <div class="row">
                <Button onClick={() => setBefore(page().acts.at(-1)?.seq ?? null)}>{CONSOLE.more}</Button>
              </div>
            </Show>
          </>
        )}
      </Read>
    </Card>
  );
}

/** A table of actions of administrators. */
export function ActRows(props: {
  readonly rows: readonly Act[];
  readonly chosen?: Act | null;
  readonly onChoose?: (act: Act) => void;
}): JSX.Element {
  return (
    <Rows
      label={ADMIN.sections.log}
      rows={props.rows}
      empty={T.none}
      isCurrent={({ seq }) => seq === props.chosen?.seq}
      columns={[
        { title: ADMIN.at, cell: (act) => <time datetime={act.at}>{fullTime(act.at)}</time> },
        {
          title: T.what,
          cell: (act) => (
            <Show when={props.onChoose} fallback={act.what}>
              {(choose) => <RowLink onChoose={() => choose()(act)}>{act.what}</RowLink>}
            </Show>
          ),
        },
        { title: T.target, cell: (act) => <span class="id">{act.target}</span> },
        { title: ADMIN.by, cell: (act) => <Id value={act.by} /> },
        {
          title: T.outcome,
          cell: (act) =>
            act.outcome === null ? (
              <Badge tone="warn">{T.open}</Badge>
            ) : (
              <Badge tone={TONES[act.outcome]}>{T.outcomes[act.outcome]}</Badge>
            ),
        },
      ]}
    />
  );
}
