/** Confirmations: every fill of a trading day with its price, fees and net amount. */
import { createResource, createSignal, Show, type JSX } from "solid-js";
import type { ActivityRow } from "../../../../protocol/mapping/activityRows.ts";
import { latestOf } from "../../api/latest.ts";
import { call } from "../../api/client.ts";
import { Button } from "../../design/components/Button.tsx";
import { TextField } from "../../design/components/Field.tsx";
import { csvText } from "../../format/csv.ts";
import { saveCsv } from "../../format/download.ts";
import { direction, money, price, quantity, signedMoney } from "../../format/numbers.ts";
import { clock } from "../../format/times.ts";
import { PlainTable } from "../../portfolio/PlainTable.tsx";
import { STATEMENTS } from "../../text/en/accounts.ts";
import { BLOTTER, FIELDS } from "../../text/en/blotter.ts";
import { confirmationOf, type Confirmation, newYorkDay, sumsOf } from "./confirmation.ts";
import { Loaded } from "../portfolio/Loaded.tsx";

const DAY_MS = 86_400_000;

/** The fills of a day of New York. */
async function fillsOf(account: string, day: string): Promise<readonly Confirmation[]> {
  const noon = Date.parse(`${day}T17:00:00Z`);
  const query = new URLSearchParams({
    format: "ndjson",
    after: new Date(noon - DAY_MS).toISOString(),
    until: new Date(noon + DAY_MS).toISOString(),
  });
  const answer = await call<Response>("GET", `/v1/account/activities/export?${query}`, { account, raw: true });
  return (await answer.text())
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => JSON.parse(line) as ActivityRow)
    .flatMap((row) => confirmationOf(row) ?? [])
    .filter(({ at }) => newYorkDay(at) === day);
}

export function Confirmations(props: { readonly account: string }): JSX.Element {
  const [day, setDay] = createSignal(newYorkDay(new Date().toISOString()));
  const [fills] = createResource(
    () => (day() === "" ? null : ([props.account, day()] as const)),
    ([account, of]) => fillsOf(account, of),
  );
  const save = (rows: readonly Confirmation[]): void =>
    saveCsv(
      `confirmations-${day()}.csv`,
      csvText(
        ["time", "symbol", "side", "qty", "price", "fees", "net_amount", "liquidity", "order_id", "trade_id"],
        rows.map((row) => [
          row.at,
          row.symbol,
          row.side,
          row.qty,
          row.price,
          row.fees.toFixed(4),
          row.net.toFixed(4),
          row.liquidity,
          row.orderId,
          row.tradeId,
        ]),
      ),
    );
  return (
    <section class="card">
      <p class="quiet">{STATEMENTS.confirmationsText}</p>
      <div class="row wrap file-tools">
        <TextField
          type="date"
          label={STATEMENTS.day}
          value={day()}
          onChange={(event) => setDay(event.currentTarget.value)}
        />
        <Button
          icon="download"
          disabled={(latestOf(fills) ?? []).length === 0}
          onClick={() => save(latestOf(fills) ?? [])}
        >
          {STATEMENTS.csv}
        </Button>
      </div>
      <Loaded of={fills}>
        {(rows) => (
          <Show when={rows.length > 0} fallback={<p class="muted">{STATEMENTS.noTrades}</p>}>
            <PlainTable
              label={STATEMENTS.tabs.confirmations}
              titles={[
                { text: FIELDS.time },
                { text: FIELDS.symbol },
                { text: FIELDS.side },
                { text: FIELDS.qty, numeric: true },
                { text: FIELDS.price, numeric: true },
                { text: FIELDS.fees, numeric: true },
                { text: STATEMENTS.liquidity },
                { text: STATEMENTS.netAmount, numeric: true },
              ]}
              rows={rows.map((row) => [
                clock(row.at),
                <strong>{row.symbol}</strong>,
                BLOTTER.sides[row.side],
                quantity(row.qty),
                price(Number(row.price)),
                money(row.fees),
                row.liquidity,
                <span class={direction(row.net)}>{signedMoney(row.net)}</span>,
              ])}
              foot={[
                [FIELDS.fees, money(sumsOf(rows).fees)],
                [STATEMENTS.netAmount, signedMoney(sumsOf(rows).net)],
              ]}
            />
          </Show>
        )}
      </Loaded>
    </section>
  );
}
