/** Everything about one order: terms, times, why it was closed, legs, fills with their fees. */
import { A } from "@solidjs/router";
import { createResource, For, Show, type JSX } from "solid-js";
import type { ActivityRow } from "../../../../protocol/mapping/activityRows.ts";
import type { Order } from "../../account/order.ts";
import { orders } from "../../account/state.ts";
import { call } from "../../api/client.ts";
import { errorText } from "../../api/error.ts";
import { accountId, hasRole } from "../../api/session.ts";
import { Badge } from "../../design/components/small.tsx";
import { money, price, quantity } from "../../format/numbers.ts";
import { fullTime } from "../../format/times.ts";
import { closeText, orderText, stateText, stateTone, trailText } from "../../orders/orderText.ts";
import { PlainTable } from "../../portfolio/PlainTable.tsx";
import { BLOTTER, DETAILS, FIELDS } from "../../text/en/blotter.ts";
import { TEXT } from "../../text/en.ts";
import "../../portfolio/tables.css";
import { auditPath } from "./Orders.tsx";

interface OrderFill {
  readonly id: string;
  readonly at: string;
  readonly qty: string;
  readonly price: string;
  readonly liquidity: string;
  readonly fees: number;
}

/** A fill is recorded after its execution, by hours after a failure. */
const RECORDED_LATE_MS = 6 * 3_600_000;
const FILLS_MAX = 2_000;

/** The fills of an order with their fees, from the record of the account. */
async function fillsOf(order: Order): Promise<readonly OrderFill[]> {
  if (Number(order.filled_qty) === 0) return [];
  const until = new Date(Date.parse(order.updated_at) + RECORDED_LATE_MS).toISOString();
  const after = new Date(Date.parse(order.created_at) - 1).toISOString();
  const query = new URLSearchParams({ format: "ndjson", after, until });
  const path = `/v1/account/activities/export?${query}`;
  const answer = await call<Response>("GET", path, { account: accountId(), raw: true });
  return (await answer.text())
    .split("\n")
    .filter((line) => line.includes(order.id))
    .map((line) => JSON.parse(line) as ActivityRow)
    .filter((row) => row.order_id === order.id && row.activity_type === "FILL")
    .slice(-FILLS_MAX)
    .map((row) => ({
      id: String(row.id),
      at: String(row.transaction_time),
      qty: String(row.qty),
      price: String(row.price),
      liquidity: typeof row.liquidity === "string" ? row.liquidity : "",
      fees: ((row.fees ?? []) as readonly { readonly amount: string }[]).reduce(
        (sum, { amount }) => sum + Number(amount),
        0,
      ),
    }));
}

export function OrderDetails(props: { readonly order: Order; readonly onOpen: (order: Order) => void }): JSX.Element {
  const order = (): Order => orders().get(props.order.id) ?? props.order;
  const [nested] = createResource(
    () => `${order().id} ${order().updated_at}`,
    () => call<Order>("GET", `/v2/orders/${props.order.id}?nested=true`, { account: accountId() }),
  );
  const [fills] = createResource(
    () => `${order().id} ${order().filled_qty}`,
    () => fillsOf(order()),
  );
  const legs = (): readonly Order[] => (nested.state === "ready" ? (nested().legs ?? []) : []);
  const terms = (): readonly (readonly [string, JSX.Element])[] =>
    [
      [FIELDS.side, BLOTTER.sides[order().side]],
      [FIELDS.type, BLOTTER.types[order().type] ?? order().type],
      [FIELDS.class, BLOTTER.classes[order().order_class] ?? order().order_class],
      [FIELDS.tif, order().time_in_force.toUpperCase()],
      [FIELDS.qty, order().qty === null ? "" : quantity(order().qty)],
      [FIELDS.notional, order().notional === null ? "" : money(order().notional)],
      [FIELDS.filled, quantity(order().filled_qty)],
      [FIELDS.average, priceText(order().filled_avg_price)],
      [FIELDS.limit, priceText(order().limit_price)],
      [FIELDS.stop, priceText(order().stop_price)],
      [FIELDS.trail, trailText(order())],
      [FIELDS.hours, order().extended_hours ? FIELDS.extended : FIELDS.regular],
      [FIELDS.instructions, instructionsText(order())],
      [
        FIELDS.lots,
        order()
          .tax_lots?.map(({ lot_id, qty }) => `${lot_id}: ${quantity(qty)}`)
          .join(", ") ?? "",
      ],
      [FIELDS.id, order().id],
      [FIELDS.clientId, order().client_order_id],
      [FIELDS.replaces, order().replaces ?? ""],
      [FIELDS.replacedBy, order().replaced_by ?? ""],
    ] as const;
  const times = (): readonly (readonly [string, string | null])[] => [
    [DETAILS.created, order().created_at],
    [DETAILS.submitted, order().submitted_at],
    [DETAILS.updated, order().updated_at],
    [DETAILS.filled, order().filled_at],
    [DETAILS.canceled, order().canceled_at],
    [DETAILS.expired, order().expired_at],
    [DETAILS.replaced, order().replaced_at],
    [DETAILS.failed, order().failed_at],
    [FIELDS.expires, order().expires_at],
  ];
  return (
    <div class="stack">
      <p class="row wrap">
        <Badge tone={stateTone(order())}>{stateText(order().status)}</Badge>
        <Show when={closeText(order())}>{(text) => <span>{text()}</span>}</Show>
        <Show when={order().duplicate_of}>{(id) => <span class="muted">{DETAILS.duplicate(id())}</span>}</Show>
        <span class="grow" />
        <Show when={hasRole("auditor") || hasRole("admin")}>
          <A class="button" href={auditPath(order())}>
            {DETAILS.audit}
          </A>
        </Show>
      </p>
      <h3>{DETAILS.terms}</h3>
      <Facts rows={terms()} />
      <h3>{DETAILS.times}</h3>
      <Facts rows={times().map(([name, at]) => [name, at === null ? "" : fullTime(at)])} />
      <h3>{DETAILS.fills}</h3>
      <Show when={fills.state !== "errored"} fallback={<p class="field-error">{errorText(fills.error)}</p>}>
        <Show when={fills.state === "ready"} fallback={<p class="muted">{TEXT.common.loading}</p>}>
          <Fills fills={fills() ?? []} />
        </Show>
      </Show>
      <Show when={legs().length > 0}>
        <h3>{DETAILS.legs}</h3>
        <ul class="stack">
          <For each={legs()}>
            {(leg) => (
              <li class="row">
                <button type="button" class="button" data-kind="plain" onClick={() => props.onOpen(leg)}>
                  {orderText(leg)}
                </button>
                <Badge tone={stateTone(leg)}>{stateText(leg.status)}</Badge>
              </li>
            )}
          </For>
        </ul>
      </Show>
    </div>
  );
}

const priceText = (text: string | null): string => (text === null ? "" : price(Number(text)));

function instructionsText({ advanced_instructions: given }: Order): string {
  if (given === undefined) return "";
  return Object.entries(given)
    .map(
      ([name, value]) => `${name.replaceAll("_", " ")}: ${typeof value === "object" ? JSON.stringify(value) : value}`,
    )
    .join(", ");
}

/** Names and values; those without a value are left out. */
export function Facts(props: { readonly rows: readonly (readonly [string, JSX.Element])[] }): JSX.Element {
  return (
    <dl class="details-grid">
      <For each={props.rows.filter(([, value]) => value !== "" && value !== undefined)}>
        {([name, value]) => (
          <div>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        )}
      </For>
    </dl>
  );
}

const LIQUIDITY: Readonly<Record<string, string>> = {
  maker: DETAILS.maker,
  taker: DETAILS.taker,
  auction: DETAILS.auction,
};

function Fills(props: { readonly fills: readonly OrderFill[] }): JSX.Element {
  return (
    <Show when={props.fills.length > 0} fallback={<p class="muted">{DETAILS.noFills}</p>}>
      <PlainTable
        label={DETAILS.fills}
        titles={[
          { text: FIELDS.time },
          { text: FIELDS.qty, numeric: true },
          { text: FIELDS.price, numeric: true },
          { text: FIELDS.liquidity },
          { text: FIELDS.fees, numeric: true },
        ]}
        rows={props.fills.map((fill) => [
          fullTime(fill.at),
          quantity(fill.qty),
          price(Number(fill.price)),
          LIQUIDITY[fill.liquidity] ?? fill.liquidity,
          money(fill.fees),
        ])}
      />
      <p class="quiet">
        {DETAILS.totalFees}: {money(props.fills.reduce((sum, { fees }) => sum + fees, 0))}
      </p>
    </Show>
  );
}
