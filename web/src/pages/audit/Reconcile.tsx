import { createResource, createSignal, Show, type JSX } from "solid-js";
import { call } from "../../api/client.ts";
import { Button } from "../../design/components/Button.tsx";
import { TextField } from "../../design/components/Field.tsx";
import { Badge } from "../../design/components/small.tsx";
import { quantity } from "../../format/numbers.ts";
import { AUDIT } from "../../text/en/audit.ts";
import { CONSOLE } from "../../text/en/console.ts";
import { Card, Facts, Failure, Rows, SearchForm, settled } from "../console/parts.tsx";
import { compareBalances, isEqual } from "./balances.ts";
import { type Audited, EMPTY_QUERY, saveJson, searchPath, type TrailEvent, type TrailPage } from "./trail.ts";

const T = AUDIT.reconcile;
const PAGE = 200;
/** Balances of a symbol that was not traded in the newest thousand events are not searched for. */
const PAGES_MAX = 5;
const ITEMS = { cash: T.cash, cash_held: T.held, qty: T.quantity, qty_held: T.heldQty } as const;

interface Found {
  readonly account: Audited;
  readonly events: readonly TrailEvent[];
}

async function read(id: string): Promise<Found> {
  const account = await call<Audited>("GET", `/v1/audit/accounts/${encodeURIComponent(id)}`);
  const events: TrailEvent[] = [];
  let next: string | null = null;
  for (let page = 0; page < PAGES_MAX; page++) {
    const answer: TrailPage = await call<TrailPage>("GET", searchPath({ ...EMPTY_QUERY, account_id: id }, PAGE, next));
    events.push(...answer.events);
    ({ next } = answer);
    const isKnown = compareBalances(account, events).every(({ trail }) => trail !== null);
    if (isKnown || next === null) break;
  }
  return { account, events };
}

/** An account as it runs, beside the newest balances that the trail has of it. */
export function Reconcile(): JSX.Element {
  const [text, setText] = createSignal("");
  const [id, setId] = createSignal<string | null>(null);
  const [found, { refetch }] = createResource(id, read);
  const value = (): Found | undefined => settled(found);
  return (
    <Card title={AUDIT.sections.account} hideTitle>
      <p class="quiet">{T.say}</p>
      <SearchForm
        onSearch={() => {
          const next = text().trim().toLowerCase();
          if (next !== "" && next === id()) void refetch();
          else setId(next || null);
        }}
      >
        <TextField label={AUDIT.account} value={text()} onInput={(event) => setText(event.currentTarget.value)} />
        <Button kind="primary" icon="search" type="submit" busy={found.loading}>
          {T.show}
        </Button>
      </SearchForm>
      <Failure error={found.error} />
      <Show when={value()} keyed>
        {(both) => <Comparison of={both} />}
      </Show>
    </Card>
  );
}

function Comparison(props: { readonly of: Found }): JSX.Element {
  const { account, events } = props.of;
  const rows = compareBalances(account, events);
  const newest = events.find(({ after }) => after !== null);
  const agrees = rows.every(isEqual);
  return (
    <>
      <p class="notice" role="status" data-tone={newest === undefined ? "warn" : agrees ? "good" : "danger"}>
        {newest === undefined ? T.noBalances : agrees ? T.agrees : T.disagrees}
      </p>
      <Facts
        of={[
          [T.events, quantity(account.events)],
          [AUDIT.place, newest === undefined ? "–" : T.newest(newest.seq, newest.shard)],
        ]}
      />
      <Rows
        label={T.positions}
        rows={rows}
        empty={T.noPositions}
        columns={[
          { title: T.item, cell: ({ item, symbol }) => `${symbol} ${ITEMS[item]}`.trim() },
          { title: T.running, numeric: true, cell: ({ running }) => running },
          { title: T.trail, numeric: true, cell: ({ trail }) => trail ?? "–" },
          {
            title: AUDIT.result,
            cell: (row) =>
              row.trail === null ? (
                "–"
              ) : (
                <Badge tone={isEqual(row) ? "good" : "danger"}>{isEqual(row) ? T.equal : T.differs}</Badge>
              ),
          },
        ]}
      />
      <h3>{T.orders}</h3>
      <Rows
        label={T.orders}
        rows={account.open_orders}
        empty={T.noOrders}
        columns={[
          { title: AUDIT.order, cell: (order) => <span class="id">{order.order_id}</span> },
          { title: AUDIT.resource, cell: (order) => `${order.side} ${order.qty} ${order.symbol}` },
          { title: AUDIT.result, cell: (order) => order.status },
          { title: T.heldQty, numeric: true, cell: (order) => order.held },
        ]}
      />
      <Show when={account}>
        <div class="row">
          <Button icon="download" onClick={() => saveJson(`account-${account.account_id}.json`, props.of)}>
            {CONSOLE.exportJson}
          </Button>
        </div>
      </Show>
    </>
  );
}
