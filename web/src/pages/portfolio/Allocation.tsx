/** How the account is divided at the newest prices: as a treemap, by class, and as a table. */
import { sameTexts } from "../../design/sameTexts.ts";
import { useNavigate } from "@solidjs/router";
import { createMemo, createSignal, For, onCleanup, onMount, Show, type JSX } from "solid-js";
import { allCash } from "../../account/valuation.ts";
import { balances, loaded, marketOf, positionNow, positions } from "../../account/state.ts";
import { direction, money, percent, signedMoney, signedPercent } from "../../format/numbers.ts";
import { allocation, byKind, type Part, treemap } from "../../portfolio/allocation.ts";
import { PlainTable } from "../../portfolio/PlainTable.tsx";
import { PORTFOLIO } from "../../text/en/portfolio.ts";
import { TEXT } from "../../text/en.ts";
import { showSymbol } from "../../workspace/symbols.ts";

const HEIGHT = 280;
/** A tile that is smaller shows no text; the table has it. */
const TEXT_WIDTH = 52;
const TEXT_HEIGHT = 34;

export function Allocation(): JSX.Element {
  const held = createMemo(() =>
    [...positions().values()].map((position) => ({ position, now: positionNow(position) })),
  );
  const parts = createMemo((): readonly Part[] => {
    const rows = held().map(({ position, now }) => ({
      symbol: position.symbol,
      kind: position.asset_class,
      value: now.value ?? 0,
    }));
    return balances() === null ? [] : allocation(rows, allCash(), PORTFOLIO.cash);
  });
  const first = (): Part | undefined => parts().find(({ kind }) => kind !== "cash");
  return (
    <Show when={loaded()} fallback={<p class="card muted">{TEXT.common.loading}</p>}>
      <div class="stack portfolio-stack">
        <section class="card">
          <h2 class="card-title">{PORTFOLIO.bySymbol}</h2>
          <p class="muted small">
            {PORTFOLIO.allocationText(held().length, first()?.name ?? "", percent(first()?.share, 1))}
          </p>
          <Treemap parts={parts()} />
        </section>
        <section class="card">
          <h2 class="card-title">{PORTFOLIO.byClass}</h2>
          <For each={byKind(parts())}>
            {(part) => (
              <div class="share-row">
                <span>{PORTFOLIO.classes[part.kind] ?? part.kind}</span>
                <span class="share-track" aria-hidden="true">
                  <span class="share-bar" style={{ width: `${part.share * 100}%` }} />
                </span>
                <span class="num">{percent(part.share, 1)}</span>
                <span class="num">{money(part.value)}</span>
              </div>
            )}
          </For>
        </section>
        <section class="card">
          <h2 class="card-title">{PORTFOLIO.asTable}</h2>
          <PlainTable
            label={PORTFOLIO.tabs.allocation}
            titles={[
              { text: PORTFOLIO.symbol },
              { text: PORTFOLIO.value, numeric: true },
              { text: PORTFOLIO.share, numeric: true },
              { text: PORTFOLIO.unrealized, numeric: true },
            ]}
            rows={parts().map((part) => {
              const now = held().find(({ position }) => position.symbol === part.name)?.now;
              return [
                <strong>{part.name}</strong>,
                money(part.value),
                percent(part.share, 1),
                <span class={direction(now?.unrealized)}>{now === undefined ? "" : signedMoney(now.unrealized)}</span>,
              ];
            })}
          />
        </section>
      </div>
    </Show>
  );
}

function Treemap(props: { readonly parts: readonly Part[] }): JSX.Element {
  const navigate = useNavigate();
  let box: HTMLDivElement | undefined;
  const [width, setWidth] = createSignal(600);
  onMount(() => {
    const observer = new ResizeObserver(() => setWidth(box?.clientWidth ?? 0));
    if (box !== undefined) observer.observe(box);
    onCleanup(() => observer.disconnect());
  });
  const names = createMemo(() => props.parts.map(({ name }) => name), undefined, {
    equals: sameTexts,
  });
  const tiles = createMemo(() =>
    treemap(
      props.parts.map(({ value }) => value),
      width(),
      HEIGHT,
    ),
  );
  const change = (name: string): number | null => {
    const position = positions().get(name);
    return position === undefined ? null : positionNow(position).unrealizedShare;
  };
  return (
    <div class="treemap" ref={box}>
      <For each={names()}>
        {(name, nth) => {
          const part = (): Part | undefined => props.parts[nth()];
          const tile = () => tiles()[nth()] ?? { x: 0, y: 0, width: 0, height: 0 };
          const said = (): string => `${name}: ${percent(part()?.share, 1)}, ${money(part()?.value)}`;
          return (
            <Show
              when={part()?.kind !== "cash"}
              fallback={
                <TileOf
                  tile={tile()}
                  kind="cash"
                  tone=""
                  said={said()}
                  name={name}
                  share={part()?.share ?? 0}
                  change=""
                />
              }
            >
              <TileOf
                tile={tile()}
                kind={part()?.kind ?? ""}
                tone={direction(change(name))}
                said={said()}
                name={name}
                share={part()?.share ?? 0}
                change={signedPercent(change(name))}
                onOpen={() => {
                  const position = positions().get(name);
                  showSymbol(position === undefined ? name : marketOf(position));
                  navigate("/trade");
                }}
              />
            </Show>
          );
        }}
      </For>
    </div>
  );
}

function TileOf(props: {
  readonly tile: { readonly x: number; readonly y: number; readonly width: number; readonly height: number };
  readonly kind: string;
  readonly tone: string;
  readonly said: string;
  readonly name: string;
  readonly share: number;
  readonly change: string;
  readonly onOpen?: () => void;
}): JSX.Element {
  const hasRoom = (): boolean => props.tile.width >= TEXT_WIDTH && props.tile.height >= TEXT_HEIGHT;
  return (
    <button
      type="button"
      class="treemap-tile"
      data-kind={props.kind}
      data-tone={props.tone}
      title={props.said}
      aria-label={hasRoom() ? undefined : props.said}
      disabled={props.onOpen === undefined}
      onClick={() => props.onOpen?.()}
      style={{
        left: `${props.tile.x}px`,
        top: `${props.tile.y}px`,
        width: `${props.tile.width}px`,
        height: `${props.tile.height}px`,
      }}
    >
      <Show when={hasRoom()}>
        <strong>{props.name}</strong>
        <span>
          {percent(props.share, 1)} {props.change}
        </span>
      </Show>
    </button>
  );
}
