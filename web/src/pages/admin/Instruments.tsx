import { For, Show, type JSX } from "solid-js";
import { Badge } from "../../design/components/small.tsx";
import { ADMIN } from "../../text/en/admin.ts";
import { CONSOLE } from "../../text/en/console.ts";
import { Action } from "../console/Action.tsx";
import { Facts, Read, reading } from "../console/parts.tsx";
import { instrumentPath } from "./marketStates.ts";
import type { History, Instrument } from "./wire.ts";

const T = ADMIN.markets;
const EXCHANGES = ["NASDAQ", "NYSE", "ARCA", "CRYPTO"];

const filled = (answers: Readonly<Record<string, string>>): Record<string, string> =>
  Object.fromEntries(Object.entries(answers).filter(([, text]) => text.trim() !== ""));

/** An instrument as it was decided last, and its history. */
export function OneInstrument(props: { readonly symbol: string; readonly onChanged: () => void }): JSX.Element {
  const path = (): string => instrumentPath(props.symbol);
  const instrument = reading<Instrument>(path);
  const history = reading<History>(() => `/v1/history/${encodeURIComponent(props.symbol)}`);
  const changed = (): void => {
    instrument.again();
    props.onChanged();
  };
  return (
    <section class="card stack" aria-labelledby="instrument-one">
      <Read from={instrument}>
        {(now) => (
          <>
            <div class="console-head">
              <h2 id="instrument-one">
                {T.instrument}: {now().symbol}
              </h2>
              <div class="row wrap">
                <Action
                  text={T.change}
                  says={T.changeSays}
                  icon="edit"
                  questions={[
                    { name: "name", label: T.name, value: now().name, required: true },
                    { name: "tick", label: T.tick, kind: "decimal", value: now().tick, required: true },
                    { name: "lot", label: T.lot, kind: "decimal", value: now().lot, required: true },
                    {
                      name: "price_source",
                      label: T.source,
                      kind: "select",
                      value: now().price_source,
                      options: [
                        { value: "own", text: T.sources.own },
                        { value: "feed", text: T.sources.feed },
                      ],
                    },
                  ]}
                  deed={(answers) => ({ method: "PATCH", path: path(), body: changesOf(answers, now()) })}
                  onDone={changed}
                />
                <Action
                  text={T.delist}
                  says={T.delistSays(props.symbol)}
                  icon="trash"
                  kind="danger"
                  word={props.symbol}
                  disabled={now().status === "delisted"}
                  deed={() => ({ method: "DELETE", path: path() })}
                  onDone={changed}
                />
              </div>
            </div>
            <Facts
              of={[
                [T.name, now().name],
                [T.exchange, now().exchange],
                [T.tick, now().tick],
                [T.lot, now().lot],
                [T.reference, now().reference_price],
                [T.minValue, now().min_order_value],
                [T.priceLimit, now().price_limit_percent],
                [T.source, T.sources[now().price_source]],
                [T.version, String(now().version)],
                [
                  T.inForce,
                  <Badge tone={now().in_force ? "good" : "warn"}>{now().in_force ? CONSOLE.yes : CONSOLE.no}</Badge>,
                ],
              ]}
            />
          </>
        )}
      </Read>
      <h3>{T.history}</h3>
      <Read from={history}>
        {(all) => (
          <Facts
            of={[
              [
                T.backfill,
                <Show when={all().backfill.length > 0} fallback={T.backfillNone}>
                  <ul>
                    <For each={all().backfill}>
                      {(part) => (
                        <li>
                          {part.timeframe}: {part.start} – {part.end}, {T.backfillDays(part.days, part.source)}
                        </li>
                      )}
                    </For>
                  </ul>
                </Show>,
              ],
              [
                T.gaps,
                all()
                  .gaps.map((gap) => T.gap(gap.after, gap.before))
                  .join("; ") || T.noGaps,
              ],
            ]}
          />
        )}
      </Read>
    </section>
  );
}

/** What of an instrument is different. */
function changesOf(answers: Readonly<Record<string, string>>, now: Instrument): Record<string, string> {
  const before: Readonly<Record<string, string>> = {
    name: now.name,
    tick: now.tick,
    lot: now.lot,
    price_source: now.price_source,
  };
  return Object.fromEntries(Object.entries(filled(answers)).filter(([name, text]) => text !== before[name]));
}

/** Lists a new instrument. */
export function ListAction(props: { readonly onDone: () => void }): JSX.Element {
  return (
    <Action
      text={T.listNew}
      says={T.listSays}
      icon="add"
      questions={[
        { name: "symbol", label: T.symbol, required: true },
        { name: "name", label: T.name, required: true },
        {
          name: "exchange",
          label: T.exchange,
          kind: "select",
          value: "NYSE",
          options: EXCHANGES.map((value) => ({ value, text: value })),
        },
        { name: "reference_price", label: T.reference, kind: "decimal", required: true },
        { name: "tick", label: T.tick, kind: "decimal", value: "0.01" },
        { name: "lot", label: T.lot, kind: "decimal" },
        { name: "min_order_value", label: T.minValue, kind: "decimal", value: "1" },
        { name: "price_limit_percent", label: T.priceLimit, kind: "decimal", value: "50" },
      ]}
      deed={(answers) => {
        const given = filled(answers);
        const symbol = (given["symbol"] ?? "").trim().toUpperCase();
        return { method: "POST", path: "/v1/admin/instruments", body: Object.assign(given, { symbol }) };
      }}
      onDone={props.onDone}
    />
  );
}

/** Trips the market-wide circuit breaker. */
export function BreakerAction(props: { readonly onDone: () => void }): JSX.Element {
  const count = (list: unknown): number => (Array.isArray(list) ? list.length : 0);
  return (
    <Action
      text={T.breaker}
      says={T.breakerSays}
      icon="warning"
      kind="danger"
      word="halt"
      questions={[
        {
          name: "level",
          label: T.level,
          kind: "select",
          value: "1",
          options: [
            { value: "1", text: T.levels[1] },
            { value: "2", text: T.levels[2] },
            { value: "3", text: T.levels[3] },
          ],
        },
      ]}
      deed={({ level }) => ({ method: "POST", path: "/v1/admin/market/breaker", body: { level: Number(level) } })}
      tells={(body) => T.tripped(count(body?.["halted"]), count(body?.["unreached"]))}
      onDone={props.onDone}
    />
  );
}
