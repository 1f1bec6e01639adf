/** The list of monthly statements, and one of them to read. */
import { createMemo, createResource, createSignal, For, Show, type JSX } from "solid-js";
import type { WireStatements } from "../../../../protocol/wire/statements.ts";
import { call } from "../../api/client.ts";
import { Button } from "../../design/components/Button.tsx";
import { Dialog } from "../../design/components/Dialog.tsx";
import { Badge } from "../../design/components/small.tsx";
import { STATEMENTS } from "../../text/en/accounts.ts";
import { Loaded } from "../portfolio/Loaded.tsx";
import { FileTable } from "./FileTable.tsx";
import { type FileRow, rowsOf, saveFrom } from "./files.ts";

type Statement = WireStatements["statements"][number];

const MONTH = new Intl.DateTimeFormat(undefined, { month: "long", year: "numeric", timeZone: "UTC" });
const SECTIONS = ["total", "opening", "closing", "activity"] as const;

const monthText = (month: string): string => MONTH.format(new Date(`${month}-15T00:00:00Z`));

export function Monthly(props: { readonly account: string }): JSX.Element {
  const [list] = createResource(
    () => props.account,
    (account) => call<WireStatements>("GET", "/v1/account/statements", { account }),
  );
  const [shown, setShown] = createSignal<Statement | null>(null);
  return (
    <section class="card">
      <p class="quiet">{STATEMENTS.monthlyText}</p>
      <Loaded of={list}>
        {({ statements }) => (
          <Show when={statements.length > 0} fallback={<p class="muted">{STATEMENTS.none}</p>}>
            <ul class="file-list">
              <For each={statements}>
                {(statement) => {
                  const name = STATEMENTS.statement(monthText(statement.month));
                  return (
                    <li>
                      <span class="grow">
                        <strong>{monthText(statement.month)}</strong>{" "}
                        <Badge tone={statement.is_over ? undefined : "warn"}>
                          {statement.is_over ? STATEMENTS.final : STATEMENTS.preliminary}
                        </Badge>
                      </span>
                      <Button icon="eye" aria-label={STATEMENTS.viewOf(name)} onClick={() => setShown(statement)}>
                        {STATEMENTS.view}
                      </Button>
                      <For each={["pdf", "csv"] as const}>
                        {(format) => (
                          <Button
                            icon="download"
                            aria-label={STATEMENTS.downloadOf(STATEMENTS[format], name)}
                            onClick={() =>
                              void saveFrom(props.account, statement[format], `statement-${statement.month}.${format}`)
                            }
                          >
                            {STATEMENTS[format]}
                          </Button>
                        )}
                      </For>
                    </li>
                  );
                }}
              </For>
            </ul>
          </Show>
        )}
      </Loaded>
      <Dialog
        wide
        title={STATEMENTS.statement(monthText(shown()?.month ?? "2026-01"))}
        open={shown() !== null}
        onClose={() => setShown(null)}
      >
        <Show when={shown()} keyed>
          {(statement) => <Read account={props.account} path={statement.csv} />}
        </Show>
      </Dialog>
    </section>
  );
}

/** A statement, section by section: the summary first. */
function Read(props: { readonly account: string; readonly path: string }): JSX.Element {
  const [rows] = createResource(() => rowsOf(props.account, props.path));
  return (
    <Loaded of={rows}>
      {(given) => (
        <div class="stack">
          <For each={SECTIONS}>{(section) => <Section rows={given} section={section} />}</For>
        </div>
      )}
    </Loaded>
  );
}

function Section(props: { readonly rows: readonly FileRow[]; readonly section: string }): JSX.Element {
  const rows = createMemo(() => props.rows.filter(({ section }) => section === props.section));
  return (
    <Show when={rows().length > 0}>
      <h3>{STATEMENTS.sections[props.section] ?? props.section}</h3>
      <FileTable
        label={STATEMENTS.sections[props.section] ?? props.section}
        rows={rows()}
        without={["section", "activity_id"]}
      />
    </Show>
  );
}
