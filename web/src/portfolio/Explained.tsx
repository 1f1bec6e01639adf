/** What a figure is made of: formula, inputs, positions, lots, values and flows. Rows of a position open it. */
import { createResource, createSignal, For, Show, type JSX } from "solid-js";
import { errorText } from "../api/error.ts";
import { Button } from "../design/components/Button.tsx";
import { direction, money, price, quantity, signedMoney } from "../format/numbers.ts";
import { day } from "../format/times.ts";
import { EXPLAIN, PORTFOLIO } from "../text/en/portfolio.ts";
import { TEXT } from "../text/en.ts";
import { explain, type Explanation } from "./explainApi.ts";
import { fieldName, fieldText } from "./derivation.ts";
import { DOLLARS, figureText } from "./figureText.ts";
import { PlainTable, type Cell } from "./PlainTable.tsx";
import { RealizedTable } from "./RealizedTable.tsx";

/** A figure of one symbol that its positions open. */
const OPENS = new Set([
  ...DOLLARS,
  "price_return",
  "total_return",
  "time_weighted",
  "money_weighted",
  "modified_dietz",
]);

export default function Explained(props: {
  readonly figure: string;
  readonly symbol?: string | undefined;
  readonly range?: Readonly<Record<string, string>> | undefined;
}): JSX.Element {
  const [symbol, setSymbol] = createSignal<string | undefined>(props.symbol);
  const [pages, setPages] = createSignal<readonly Explanation[]>([]);
  const query = () => ({ figure: props.figure, symbol: symbol(), range: props.range });
  const [first] = createResource(query, async (asked) => {
    const answer = await explain(asked);
    setPages([answer]);
    return answer;
  });
  const [busy, setBusy] = createSignal(false);
  const next = (): string | null => pages().at(-1)?.next_page_token ?? null;
  const more = async (): Promise<void> => {
    setBusy(true);
    const asked = query();
    const page = await explain(asked, next()).catch(() => null);
    if (page !== null && asked.symbol === symbol()) setPages([...pages(), page]);
    setBusy(false);
  };
  return (
    <div class="stack">
      <Show when={symbol() !== undefined && props.symbol === undefined}>
        <div>
          <Button icon="chevronRight" onClick={() => setSymbol(undefined)}>
            {EXPLAIN.back}
          </Button>
        </div>
      </Show>
      <Show when={first.state !== "errored"} fallback={<p class="field-error">{errorText(first.error)}</p>}>
        <Show when={first.state === "ready" && first()} fallback={<p class="muted">{TEXT.common.loading}</p>} keyed>
          {(answer) => (
            <Answer
              answer={answer}
              pages={pages()}
              onOpen={symbol() === undefined && OPENS.has(props.figure) ? setSymbol : undefined}
            />
          )}
        </Show>
        <Show when={next() !== null}>
          <div>
            <Button busy={busy()} onClick={() => void more()}>
              {EXPLAIN.more}
            </Button>
          </div>
        </Show>
      </Show>
    </div>
  );
}

function Answer(props: {
  readonly answer: Explanation;
  readonly pages: readonly Explanation[];
  readonly onOpen: ((symbol: string) => void) | undefined;
}): JSX.Element {
  const { answer } = props;
  const isChange = answer.figure.endsWith("_pl") || answer.figure === "profit_loss" || !DOLLARS.has(answer.figure);
  const name = PORTFOLIO.figures[answer.figure] ?? answer.figure;
  const rows = (): readonly Explanation["positions"][number][] => props.pages.flatMap(({ positions }) => positions);
  const lots = (): readonly NonNullable<Explanation["lots"]>[number][] =>
    props.pages.flatMap((page) => page.lots ?? []);
  const sold = (): readonly NonNullable<Explanation["realized"]>[number][] =>
    props.pages.flatMap((page) => page.realized ?? []);
  const scalars = Object.entries(answer.derivation).filter(([, value]) => typeof value !== "object");
  const lists = Object.entries(answer.derivation).filter(([, value]) => Array.isArray(value)) as [
    string,
    Readonly<Record<string, unknown>>[],
  ][];
  return (
    <>
      <p>
        <span class="quiet">
          {name}
          {answer.symbol === null ? "" : ` ${answer.symbol}`}
        </span>
        <br />
        <span
          class={`explained-value ${isChange ? direction(Number(answer.value ?? 0)) : ""}`}
          data-explained={String(answer.value)}
        >
          {figureText(answer.figure, answer.value)}
        </span>
        <Show when={answer.reason}>
          {(reason) => <span class="quiet"> {EXPLAIN.reasons[reason()] ?? reason()}</span>}
        </Show>
      </p>
      <p class="formula">{answer.formula}</p>
      <Show when={answer.from !== null && answer.to !== null}>
        <p class="muted small">
          {answer.from === answer.to
            ? EXPLAIN.at(dateText(answer.to ?? ""))
            : EXPLAIN.range(dateText(answer.from ?? ""), dateText(answer.to ?? ""))}
        </p>
      </Show>
      <Show when={scalars.length > 0}>
        <h3>{EXPLAIN.inputs}</h3>
        <dl class="details-grid">
          <For each={scalars}>
            {([key, value]) => (
              <div>
                <dt>{fieldName(key)}</dt>
                <dd>{fieldText(key, value)}</dd>
              </div>
            )}
          </For>
        </dl>
      </Show>
      <For each={lists}>
        {([key, values]) => (
          <>
            <h3>{fieldName(key)}</h3>
            <PlainTable
              label={fieldName(key)}
              titles={Object.keys(values[0] ?? {}).map((title) => ({ text: fieldName(title), numeric: true }))}
              rows={values.map((row) => Object.entries(row).map(([title, value]) => fieldText(title, value)))}
            />
          </>
        )}
      </For>
      <Show when={rows().length > 0}>
        <h3>{EXPLAIN.positions}</h3>
        <Positions rows={rows()} answer={answer} onOpen={props.onOpen} />
      </Show>
      <Show when={lots().length > 0}>
        <h3>{EXPLAIN.lots}</h3>
        <PlainTable
          label={EXPLAIN.lots}
          titles={[
            { text: "#", numeric: true },
            { text: EXPLAIN.acquired },
            { text: EXPLAIN.qty, numeric: true },
            { text: EXPLAIN.cost, numeric: true },
            { text: EXPLAIN.value, numeric: true },
            { text: EXPLAIN.gain, numeric: true },
          ]}
          rows={lots().map((lot) => [
            String(lot.lot_id),
            day(lot.acquired_at),
            quantity(lot.qty),
            money(lot.cost_basis),
            money(lot.market_value),
            change(lot.unrealized_pl),
          ])}
        />
      </Show>
      <Show when={sold().length > 0}>
        <h3>{EXPLAIN.realized}</h3>
        <RealizedTable items={sold()} />
      </Show>
      <Show when={answer.valuations.length > 1}>
        <h3>{EXPLAIN.valuations}</h3>
        <PlainTable
          label={EXPLAIN.valuations}
          tall
          titles={[{ text: EXPLAIN.date }, { text: EXPLAIN.value, numeric: true }]}
          rows={answer.valuations.toReversed().map(({ date, value }) => [dateText(date), money(value)])}
        />
      </Show>
      <Show when={answer.flows.length > 0}>
        <h3>{EXPLAIN.flows}</h3>
        <PlainTable
          label={EXPLAIN.flows}
          tall
          titles={[{ text: EXPLAIN.date }, { text: EXPLAIN.kind }, { text: EXPLAIN.value, numeric: true }]}
          rows={answer.flows.toReversed().map(({ date, kind, amount }) => [dateText(date), kind, change(amount)])}
        />
      </Show>
      <Show when={answer.left_out > 0}>
        <p class="muted">{EXPLAIN.leftOut(answer.left_out)}</p>
      </Show>
    </>
  );
}

const dateText = (date: string): string => day(`${date}T12:00:00`);

function change(amount: string): JSX.Element {
  return <span class={direction(Number(amount))}>{signedMoney(Number(amount))}</span>;
}

function Positions(props: {
  readonly rows: readonly Explanation["positions"][number][];
  readonly answer: Explanation;
  readonly onOpen: ((symbol: string) => void) | undefined;
}): JSX.Element {
  const has = (name: "cost_basis" | "start_value"): boolean => props.rows.some((row) => row[name] !== undefined);
  const titles = () => [
    { text: EXPLAIN.symbol },
    { text: EXPLAIN.qty, numeric: true },
    { text: EXPLAIN.price, numeric: true },
    ...(has("cost_basis") ? [{ text: EXPLAIN.cost, numeric: true }] : []),
    ...(has("start_value")
      ? [EXPLAIN.startValue, EXPLAIN.bought, EXPLAIN.sold, EXPLAIN.fees].map((text) => ({ text, numeric: true }))
      : []),
    { text: EXPLAIN.value, numeric: true },
    { text: EXPLAIN.amount, numeric: true },
  ];
  const cells = (row: Explanation["positions"][number]): readonly Cell[] => [
    props.onOpen === undefined ? (
      <strong>{row.symbol}</strong>
    ) : (
      <button
        type="button"
        class="figure-button"
        aria-label={EXPLAIN.openSymbol(row.symbol)}
        onClick={() => props.onOpen?.(row.symbol)}
      >
        {row.symbol}
      </button>
    ),
    quantity(row.qty),
    price(Number(row.price)),
    ...(has("cost_basis") ? [money(row.cost_basis)] : []),
    ...(has("start_value") ? [row.start_value, row.bought, row.sold, row.fees].map((text) => money(text)) : []),
    money(row.value),
    money(row.amount),
  ];
  const isSum = (): boolean => props.answer.symbol === null && ["equity", "last_equity"].includes(props.answer.figure);
  return (
    <PlainTable
      label={EXPLAIN.positions}
      titles={titles()}
      rows={props.rows.map(cells)}
      foot={
        isSum()
          ? [
              [EXPLAIN.cash, money(props.answer.cash)],
              [EXPLAIN.total, money(props.answer.value)],
            ]
          : []
      }
    />
  );
}
