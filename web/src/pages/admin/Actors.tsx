import { createSignal, Show, type JSX } from "solid-js";
import { Button } from "../../design/components/Button.tsx";
import { SelectField, TextField } from "../../design/components/Field.tsx";
import { Badge } from "../../design/components/small.tsx";
import { quantity } from "../../format/numbers.ts";
import { fullTime } from "../../format/times.ts";
import { ADMIN } from "../../text/en/admin.ts";
import { CONSOLE } from "../../text/en/console.ts";
import { optionsOf } from "../console/Action.tsx";
import { Card, Facts, Read, reading, Rows, SearchForm } from "../console/parts.tsx";
import type { ActorReport } from "./wire.ts";

const T = ADMIN.actors;
const KINDS = ["book", "account", "audit", "transfers", "house", "paper-account", "paper-book"] as const;

/** What an actor reports of itself: alerts, dead letters, cursors, journal. */
export function Actors(): JSX.Element {
  const [kind, setKind] = createSignal<string>("book");
  const [name, setName] = createSignal("AAPL");
  const [path, setPath] = createSignal<string | null>(null);
  const report = reading<ActorReport>(path);
  const show = (): void => {
    const next = `/v1/admin/actors/${kind()}/${encodeURIComponent(name().trim())}`;
    if (next === path()) report.again();
    else setPath(next);
  };
  return (
    <Card title={ADMIN.sections.actors} hideTitle>
      <SearchForm onSearch={show}>
        <SelectField label={T.kind} value={kind()} options={optionsOf(KINDS, T.kinds)} onChange={setKind} />
        <TextField
          label={T.name}
          value={name()}
          hint={T.nameHint}
          onInput={(event) => setName(event.currentTarget.value)}
        />
        <Button icon="search" type="submit">
          {CONSOLE.show}
        </Button>
      </SearchForm>
      <Show when={path() !== null}>
        <Read from={report}>{(of) => <Report of={of()} />}</Read>
      </Show>
    </Card>
  );
}

function Report(props: { readonly of: ActorReport }): JSX.Element {
  return (
    <>
      <h3>{props.of.address}</h3>
      <h3>{T.alerts}</h3>
      <Rows
        label={T.alerts}
        rows={props.of.alerts}
        empty={T.noAlerts}
        columns={[
          { title: ADMIN.at, cell: (alert) => fullTime(alert.at) },
          {
            title: ADMIN.state,
            cell: (alert) => <Badge tone={alert.open ? "danger" : undefined}>{alert.open ? T.open : T.over}</Badge>,
          },
          { title: T.kind, cell: (alert) => alert.kind },
          { title: T.facts, cell: (alert) => <span class="id">{JSON.stringify(alert.facts)}</span> },
        ]}
      />
      <h3>{T.parked}</h3>
      <p class="quiet small">{T.parkedSays}</p>
      <Rows
        label={T.parked}
        rows={props.of.parked}
        empty={T.noParked}
        columns={[
          { title: ADMIN.at, cell: (letter) => fullTime(letter.at) },
          { title: T.from, cell: (letter) => `${letter.from} ${letter.seq}` },
          { title: T.error, cell: (letter) => letter.error },
          { title: T.message, cell: (letter) => <span class="id">{letter.message}</span> },
        ]}
      />
      <h3>{T.journal}</h3>
      <Facts
        of={[
          [T.rows, quantity(props.of.journal.rows)],
          [T.bytes, quantity(props.of.journal.bytes)],
          [T.snapshot, quantity(props.of.journal.snapshotBytes)],
        ]}
      />
      <h3>
        {T.peers} ({quantity(props.of.peerCount)})
      </h3>
      <Rows
        label={T.peers}
        rows={props.of.peers}
        empty={T.noPeers}
        columns={[
          { title: T.peer, cell: (peer) => <span class="id">{peer.peer}</span> },
          { title: T.sent, numeric: true, cell: (peer) => quantity(peer.sent) },
          { title: T.acknowledged, numeric: true, cell: (peer) => quantity(peer.acknowledged) },
          { title: T.applied, numeric: true, cell: (peer) => quantity(peer.applied) },
        ]}
      />
    </>
  );
}
