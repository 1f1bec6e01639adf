/** Realised gains of a tax year: each lot that was sold. */
import { createResource, createSignal, Show, type JSX } from "solid-js";
import { account } from "../../api/session.ts";
import { Button } from "../../design/components/Button.tsx";
import { SelectField } from "../../design/components/Field.tsx";
import { STATEMENTS } from "../../text/en/accounts.ts";
import { Loaded } from "../portfolio/Loaded.tsx";
import { FileTable } from "./FileTable.tsx";
import { rowsOf, saveFrom } from "./files.ts";

export function Tax(props: { readonly account: string }): JSX.Element {
  const now = new Date().getFullYear();
  const opened = (): number => new Date(account()?.account?.opened_at ?? Date.now()).getFullYear();
  const years = (): readonly string[] => Array.from({ length: now - opened() + 1 }, (_, nth) => String(now - nth));
  const [year, setYear] = createSignal(String(now));
  const [rows] = createResource(
    () => [props.account, year()] as const,
    ([id, of]) => rowsOf(id, `/v1/account/tax/${of}.csv`),
  );
  return (
    <section class="card">
      <p class="quiet">{STATEMENTS.taxText}</p>
      <div class="row wrap file-tools">
        <SelectField
          label={STATEMENTS.year}
          options={years().map((value) => ({ value, text: value }))}
          value={year()}
          onChange={setYear}
        />
        {(["pdf", "csv"] as const).map((format) => (
          <Button
            icon="download"
            aria-label={STATEMENTS.downloadOf(STATEMENTS[format], STATEMENTS.taxOf(year()))}
            onClick={() =>
              void saveFrom(props.account, `/v1/account/tax/${year()}.${format}`, `realised-gains-${year()}.${format}`)
            }
          >
            {STATEMENTS[format]}
          </Button>
        ))}
      </div>
      <Loaded of={rows}>
        {(given) => (
          <Show when={given.length > 0} fallback={<p class="muted">{STATEMENTS.noSales}</p>}>
            <p class="muted small">{STATEMENTS.rows(given.length)}</p>
            <FileTable label={STATEMENTS.taxOf(year())} rows={given} />
          </Show>
        )}
      </Loaded>
    </section>
  );
}
