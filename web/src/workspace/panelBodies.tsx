/**
 * The content of panels. A panel is made when it is first shown and lives until it is closed: its element moves with
 * it from group to group, so that a chart keeps its place and a half-written order its text.
 */
import { createMemo, mapArray, onCleanup, Suspense, untrack, type Accessor, type JSX } from "solid-js";
import { Dynamic } from "solid-js/web";
import { Empty } from "../design/components/small.tsx";
import { panelKind, type PanelProps } from "../panels/kinds.ts";
import { TEXT } from "../text/en.ts";
import { afterPaint } from "./afterPaint.ts";
import { changePanel, groupsOf, type PanelState } from "./layout.ts";
import { changeLayout, layout } from "./layouts.ts";
import { activeSymbol, linkedSymbol } from "./symbols.ts";

export type PanelBodies = Accessor<ReadonlyMap<string, HTMLElement>>;

/** The elements of all panels that have been shown, by the panel's id. To be called once in a workspace. */
export function makePanelBodies(): PanelBodies {
  const shown = createMemo((before: readonly string[]): readonly string[] => {
    const { panels, root } = layout();
    const kept = before.filter((id) => panels[id] !== undefined);
    const active = groupsOf(root).flatMap((group) => group.active ?? []);
    const added = active.filter((id) => !kept.includes(id));
    return added.length === 0 && kept.length === before.length ? before : [...kept, ...added];
  }, []);
  const made = mapArray(shown, (id) => {
    const state = createMemo((before: PanelState | undefined) => layout().panels[id] ?? before);
    const element = (
      <PanelContent state={state} change={(change) => changeLayout((now) => changePanel(now, id, change))} />
    ) as HTMLElement;
    onCleanup(() => element.remove());
    return [id, element] as const;
  });
  return createMemo(() => new Map(made()));
}

/** One panel, wherever it is shown. */
export function PanelContent(props: {
  readonly state: Accessor<PanelState | undefined>;
  readonly change: (change: Partial<Pick<PanelState, "symbol" | "settings">>) => void;
}): JSX.Element {
  const kind = createMemo(() => panelKind(props.state()?.kind ?? ""));
  const symbol = createMemo(() => symbolOf(props.state()));
  const given: PanelProps = {
    symbol: untrack(kind)?.isHeavy === true ? afterPaint(symbol) : symbol,
    setSymbol: (symbol) => setSymbolOf(props.state(), symbol, (own) => props.change({ symbol: own })),
    settings: createMemo(() => props.state()?.settings ?? {}),
    setSettings: (settings) => props.change({ settings }),
  };
  return (
    <section class="panel-body" data-panel={kind()?.id} aria-label={kind()?.title}>
      <Suspense fallback={<Empty>{TEXT.common.loading}</Empty>}>
        <Dynamic component={kind()?.component} {...given} />
      </Suspense>
    </section>
  );
}

/** The symbol that a panel shows. */
export function symbolOf(state: PanelState | undefined): string {
  const link = state?.link ?? null;
  return link === null ? (state?.symbol ?? activeSymbol()) : linkedSymbol(link)[0]();
}

/** Shows another symbol in a panel and in those that are linked with it. */
export function setSymbolOf(state: PanelState | undefined, symbol: string, setOwn: (symbol: string) => void): void {
  const link = state?.link ?? null;
  if (link === null) setOwn(symbol);
  else linkedSymbol(link)[1](symbol);
}
