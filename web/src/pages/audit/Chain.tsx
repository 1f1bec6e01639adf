import { createMemo, createResource, Show, type JSX } from "solid-js";
import { Button } from "../../design/components/Button.tsx";
import { Badge } from "../../design/components/small.tsx";
import { quantity } from "../../format/numbers.ts";
import { fullTime } from "../../format/times.ts";
import { AUDIT } from "../../text/en/audit.ts";
import { CONSOLE } from "../../text/en/console.ts";
import { Card, Id, Json, Read, reading, Rows, settled } from "../console/parts.tsx";
import { type Checkpoints, isSignedBy, type Journals, saveJson, signedHead } from "./trail.ts";

const T = AUDIT.chain;

/** The chain of each shard: what is received, what is in PostgreSQL, and its newest signed checkpoint. */
export function Chain(): JSX.Element {
  const journals = reading<Journals>(() => "/v1/audit/journals");
  const checkpoints = reading<Checkpoints>(() => "/v1/audit/checkpoints?limit=1");
  const [signed] = createResource(checkpoints.value, async ({ checkpoints: all, keys }) => {
    const checked = await Promise.all(all.map(async ({ shard, jws }) => [shard, await isSignedBy(jws, keys)] as const));
    return new Map(checked);
  });
  const heads = createMemo(
    () => new Map((checkpoints.value()?.checkpoints ?? []).map(({ shard, jws }) => [shard, signedHead(jws)])),
  );
  const again = (): void => {
    journals.again();
    checkpoints.again();
  };
  const total = (all: Journals): string =>
    quantity(all.journals.reduce((sum, { taken }) => sum + (taken?.seq ?? 0), 0));
  const signature = (shard: number): JSX.Element => {
    const valid = settled(signed)?.get(shard);
    if (valid === undefined) return <span class="muted">{T.unchecked}</span>;
    return <Badge tone={valid ? "good" : "danger"}>{valid ? T.valid : T.invalid}</Badge>;
  };
  return (
    <Card
      title={AUDIT.sections.chain}
      hideTitle
      tools={
        <div class="row wrap">
          <Button icon="refresh" onClick={again}>
            {CONSOLE.refresh}
          </Button>
          <Button
            icon="download"
            disabled={checkpoints.value() === undefined}
            onClick={() => saveJson("checkpoints.json", checkpoints.value())}
          >
            {T.export}
          </Button>
        </div>
      }
    >
      <p class="muted small">{T.keep}</p>
      <Read from={journals}>
        {(all) => (
          <>
            <p>{T.summary(all().journals.length, total(all()))}</p>
            <Rows
              label={T.list}
              rows={all().journals}
              empty=""
              columns={[
                { title: T.shard, numeric: true, cell: ({ shard }) => String(shard) },
                { title: T.taken, numeric: true, cell: ({ taken }) => quantity(taken?.seq ?? 0) },
                { title: T.drained, numeric: true, cell: ({ drained }) => quantity(drained?.seq ?? 0) },
                {
                  title: T.waiting,
                  numeric: true,
                  cell: ({ taken, drained }) => quantity((taken?.seq ?? 0) - (drained?.seq ?? 0)),
                },
                {
                  title: T.broken,
                  cell: ({ broken_at: broken, checked_through: through }) => (
                    <Badge tone={broken === null ? "good" : "danger"}>
                      {broken === null ? T.whole(through) : T.brokenAt(broken)}
                    </Badge>
                  ),
                },
                {
                  title: T.checkpoint,
                  cell: ({ shard }) => (
                    <Show when={heads().get(shard)} fallback={<span class="muted">{T.noCheckpoint}</span>}>
                      {(head) => `${quantity(head().seq)}, ${fullTime(head().at)}`}
                    </Show>
                  ),
                },
                {
                  title: T.signature,
                  cell: ({ shard }) => ((heads().get(shard) ?? null) === null ? "–" : signature(shard)),
                },
                { title: T.head, cell: ({ taken }) => <Id value={taken?.hash.slice(0, 16) ?? "–"} /> },
              ]}
            />
          </>
        )}
      </Read>
      <h3>{T.keys}</h3>
      <Read from={checkpoints}>{(all) => <Json label={T.keys} value={all().keys} />}</Read>
    </Card>
  );
}
