import { useSearchParams } from "@solidjs/router";
import { createMemo, createResource, createSignal, For, Show, type JSX } from "solid-js";
import { call } from "../../api/client.ts";
import { ApiError } from "../../api/error.ts";
import { Button } from "../../design/components/Button.tsx";
import { TextField } from "../../design/components/Field.tsx";
import { Badge } from "../../design/components/small.tsx";
import { fullTime } from "../../format/times.ts";
import { AUDIT } from "../../text/en/audit.ts";
import { Card, Failure, SearchForm, settled } from "../console/parts.tsx";
import { Exports } from "./Exports.tsx";
import { durationText, lifeOf, type LifeStep, type LifeTrade } from "./life.ts";
import { EventDetails } from "./Search.tsx";
import { type Audited, searchPath, EMPTY_QUERY, type TrailEvent, type TrailPage } from "./trail.ts";

const T = AUDIT.life;
const EVENTS_MAX = 200;
const TAPE_MS = 2_000;

/** The life of one order, step by step, across account, book and trail. */
export function OrderLife(): JSX.Element {
  const [params, setParams] = useSearchParams<{ id?: string }>();
  const [text, setText] = createSignal(params.id ?? "");
  const [life] = createResource(() => params.id ?? null, readLife);
  const [shown, setShown] = createSignal<number | null>(null);
  const [chosen, setChosen] = createSignal<TrailEvent | null>(null);
  const steps = createMemo(() => lifeOf(settled(life)?.events ?? []));
  const visible = (): readonly LifeStep[] => steps().slice(0, shown() ?? steps().length);
  return (
    <Card title={AUDIT.sections.order} hideTitle>
      <p class="quiet">{T.say}</p>
      <SearchForm
        onSearch={() => {
          setShown(null);
          setChosen(null);
          setParams({ id: text().trim() || undefined });
        }}
      >
        <TextField label={AUDIT.order} value={text()} onInput={(event) => setText(event.currentTarget.value)} />
        <Button kind="primary" icon="search" type="submit" busy={life.loading}>
          {T.show}
        </Button>
      </SearchForm>
      <Failure error={life.error} />
      <Show when={life.state === "ready" && steps().length === 0}>
        <p class="muted">{T.none}</p>
      </Show>
      <Show when={steps().length > 0}>
        <div class="console-head">
          <div class="row wrap" role="group" aria-label={T.steps}>
            <Button
              icon="minus"
              disabled={(shown() ?? steps().length) <= 1}
              onClick={() => setShown((shown() ?? steps().length) - 1)}
            >
              {T.previous}
            </Button>
            <Button
              icon="add"
              disabled={(shown() ?? steps().length) >= steps().length}
              onClick={() => setShown((shown() ?? steps().length) + 1)}
            >
              {T.next}
            </Button>
            <Button kind="plain" disabled={shown() === null} onClick={() => setShown(null)}>
              {T.all}
            </Button>
            <span role="status" class="muted">
              {T.step(shown() ?? steps().length, steps().length)}
            </span>
          </div>
          <Exports events={settled(life)?.events ?? []} name={`order-${params.id}`} />
        </div>
        <ol class="lane" aria-label={AUDIT.sections.order}>
          <For each={visible()}>
            {(step) => <Step step={step} tape={settled(life)?.tape ?? new Map()} onChoose={setChosen} />}
          </For>
        </ol>
        <Show when={shown() === null}>
          <p class="notice">{nowText(settled(life)?.account ?? null, params.id ?? "")}</p>
        </Show>
      </Show>
      <Show when={chosen()} keyed>
        {(event) => <EventDetails event={event} />}
      </Show>
    </Card>
  );
}

function Step(props: {
  readonly step: LifeStep;
  readonly tape: ReadonlyMap<string, LifeTrade>;
  readonly onChoose: (event: TrailEvent) => void;
}): JSX.Element {
  const { step } = props;
  return (
    <li>
      <time datetime={step.event.at}>
        {fullTime(step.at)}
        <Show when={step.after !== null}>
          <br />
          <span class="muted small">{T.after(durationText(step.after ?? 0))}</span>
        </Show>
      </time>
      <span class="dot" aria-hidden="true" />
      <div class="what stack">
        <p class="row wrap">
          <strong>{step.event.action}</strong>
          <Show when={step.status}>{(status) => <Badge tone="accent">{status()}</Badge>}</Show>
          <Show when={step.event.result !== "ok"}>
            <Badge tone="danger">{step.event.result}</Badge>
          </Show>
        </p>
        <dl class="facts">
          <dt>{T.account}</dt>
          <dd>
            {step.event.account_id} · {step.event.actor?.user_id ?? AUDIT.exchange}
          </dd>
          <Show when={step.trade}>
            {(trade) => (
              <>
                <dt>{T.book}</dt>
                <dd>
                  {T.trade(trade().id, trade().price, trade().qty)}
                  <Show when={step.bookAt !== null}> · {fullTime(step.bookAt)}</Show>
                  {" · "}
                  {tapeText(trade(), props.tape)}
                </dd>
              </>
            )}
          </Show>
          <dt>{T.trail}</dt>
          <dd>
            {T.position(step.event.seq, step.event.shard)} · <span class="id">{step.event.hash.slice(0, 16)}</span>
          </dd>
        </dl>
        <div class="row">
          <Button onClick={() => props.onChoose(step.event)}>{AUDIT.details}</Button>
        </div>
      </div>
    </li>
  );
}

interface Life {
  readonly events: readonly TrailEvent[];
  readonly account: Audited | null;
  readonly tape: ReadonlyMap<string, LifeTrade>;
}

async function readLife(id: string): Promise<Life> {
  const { events } = await call<TrailPage>("GET", searchPath({ ...EMPTY_QUERY, order_id: id }, EVENTS_MAX));
  const accountId = events[0]?.account_id;
  const [account, tape] = await Promise.all([
    accountId === undefined ? null : call<Audited>("GET", `/v1/audit/accounts/${accountId}`).catch(missing),
    readTape(lifeOf(events)),
  ]);
  return { events, account, tape };
}

const missing = (error: unknown): null => {
  if (error instanceof ApiError) return null;
  throw error;
};

interface TapePage {
  readonly trades: Readonly<Record<string, readonly TapeTrade[]>> | readonly TapeTrade[] | null;
}
interface TapeTrade {
  readonly i: number;
  readonly p: number;
  readonly s: number;
}

/** The trades of the tape around each fill, by their numbers. */
async function readTape(steps: readonly LifeStep[]): Promise<ReadonlyMap<string, LifeTrade>> {
  const found = new Map<string, LifeTrade>();
  await Promise.all(
    steps.map(async ({ trade, bookAt, at }) => {
      if (trade === null) return;
      const middle = bookAt ?? at;
      const range = `start=${new Date(middle - TAPE_MS).toISOString()}&end=${new Date(middle + TAPE_MS).toISOString()}`;
      const where = trade.symbol.includes("/") ? "/v1beta3/crypto/us/trades" : "/v2/stocks/trades";
      const path = `${where}?symbols=${encodeURIComponent(trade.symbol)}&${range}&limit=1000`;
      const page = await call<TapePage>("GET", path).catch(missing);
      const trades = page?.trades ?? [];
      const some = Array.isArray(trades)
        ? (trades as readonly TapeTrade[])
        : ((trades as Readonly<Record<string, readonly TapeTrade[]>>)[trade.symbol] ?? []);
      for (const { i, p, s } of some) {
        found.set(String(i), { id: String(i), symbol: trade.symbol, price: String(p), qty: String(s) });
      }
    }),
  );
  return found;
}

function tapeText(trade: LifeTrade, tape: ReadonlyMap<string, LifeTrade>): string {
  const printed = tape.get(trade.id);
  if (printed === undefined) return T.tapeMissing;
  const agrees = Number(printed.price) === Number(trade.price) && Number(printed.qty) === Number(trade.qty);
  return agrees ? T.tape : T.tapeDiffers;
}

function nowText(account: Audited | null, id: string): string {
  const open = account?.open_orders.find(({ order_id: orderId }) => orderId === id);
  return open === undefined ? T.closed : T.open(open.status, open.filled_qty, open.qty);
}
