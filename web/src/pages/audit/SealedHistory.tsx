import { createSignal, Show, type JSX } from "solid-js";
import { Button } from "../../design/components/Button.tsx";
import { SelectField, TextField } from "../../design/components/Field.tsx";
import { Badge } from "../../design/components/small.tsx";
import { quantity } from "../../format/numbers.ts";
import { fullTime } from "../../format/times.ts";
import { AUDIT } from "../../text/en/audit.ts";
import { CONSOLE } from "../../text/en/console.ts";
import { Card, Facts, Read, reading, Rows, SearchForm } from "../console/parts.tsx";

const T = AUDIT.history;

interface Manifest {
  readonly day: string;
  readonly part: number;
  readonly first_trade_id: number;
  readonly last_trade_id: number;
  readonly trades: { readonly bytes: number; readonly sha256: string; readonly rows: number };
  readonly chain: { readonly previous: string; readonly head: string };
  readonly previous_manifest: string | null;
}

interface Month {
  readonly last_trade_id: number;
  readonly sealed_through: number;
  readonly waiting_since: string | null;
  readonly failures: number;
  readonly error: string | null;
  readonly manifests: readonly Manifest[];
}

/** The sealed files of a symbol: the manifests of a month, whose chain is compared here. */
export function SealedHistory(): JSX.Element {
  const [symbol, setSymbol] = createSignal("AAPL");
  const [asked, setAsked] = createSignal<string | null>(null);
  const [month, setMonth] = createSignal("");
  const base = (): string => `/v1/audit/history/${encodeURIComponent(asked() ?? "")}`;
  const months = reading<{ readonly months: readonly string[] }>(() => (asked() === null ? null : base()));
  const shown = (): string => month() || (months.value()?.months.at(-1) ?? "");
  const one = reading<Month>(() => (shown() === "" ? null : `${base()}/${shown()}`));
  return (
    <Card title={AUDIT.sections.history} hideTitle>
      <SearchForm
        onSearch={() => {
          setMonth("");
          setAsked(symbol().trim().toUpperCase() || null);
        }}
      >
        <TextField label={T.symbol} value={symbol()} onInput={(event) => setSymbol(event.currentTarget.value)} />
        <Button kind="primary" icon="search" type="submit">
          {CONSOLE.show}
        </Button>
        <Show when={(months.value()?.months.length ?? 0) > 0}>
          <SelectField
            label={T.month}
            value={shown()}
            options={(months.value()?.months ?? []).map((value) => ({ value, text: value }))}
            onChange={setMonth}
          />
        </Show>
      </SearchForm>
      <Show when={asked() !== null}>
        <Read from={months}>
          {(all) => (
            <Show when={all().months.length > 0} fallback={<p class="muted">{T.none}</p>}>
              <Read from={one}>{(of) => <OneMonth of={of()} base={`${base()}/${shown()}`} />}</Read>
            </Show>
          )}
        </Read>
      </Show>
    </Card>
  );
}

function OneMonth(props: { readonly of: Month; readonly base: string }): JSX.Element {
  const isLinked = (manifest: Manifest): boolean => {
    const before = props.of.manifests[props.of.manifests.indexOf(manifest) - 1];
    return before === undefined || before.chain.head === manifest.chain.previous;
  };
  return (
    <>
      <Facts
        of={[
          [T.last, quantity(props.of.last_trade_id)],
          [T.through, quantity(props.of.sealed_through)],
          [T.waiting, fullTime(props.of.waiting_since ?? undefined)],
          [T.failures, `${props.of.failures}${props.of.error === null ? "" : `: ${props.of.error}`}`],
        ]}
      />
      <Rows
        label={T.list}
        rows={props.of.manifests}
        empty={T.noManifest}
        columns={[
          { title: T.day, cell: ({ day, part }) => (part === 1 ? day : `${day}, ${T.part} ${part}`) },
          { title: T.trades, cell: (one) => `${quantity(one.first_trade_id)} – ${quantity(one.last_trade_id)}` },
          { title: T.size, numeric: true, cell: (one) => quantity(one.trades.bytes) },
          { title: T.digest, cell: (one) => <span class="id">{one.trades.sha256.slice(0, 16)}</span> },
          { title: T.chain, cell: (one) => <span class="id">{one.chain.head.slice(0, 16)}</span> },
          {
            title: T.link,
            cell: (one) => (
              <Badge tone={isLinked(one) ? "good" : "danger"}>{isLinked(one) ? T.linked : T.unlinked}</Badge>
            ),
          },
          {
            title: T.download,
            cell: (one) => (
              <span class="row">
                <a href={`${props.base}/${one.first_trade_id}/manifest`} download="">
                  {T.manifest} {one.day}
                </a>
                <a href={`${props.base}/${one.first_trade_id}/trades`} download="">
                  {T.file} {one.day}
                </a>
              </span>
            ),
          },
        ]}
      />
    </>
  );
}
