import { For, Show, type JSX } from "solid-js";
import { Button, IconButton } from "../../../design/components/Button.tsx";
import { Menu } from "../../../design/components/Menu.tsx";
import { CHART } from "../../../text/en/chart.ts";
import { FAVOURITES } from "../model/timeframes.ts";
import { shortName, TOOLS, toolName } from "./names.ts";
import { Roving } from "./Roving.tsx";
import { toolbarMenus, type ToolbarProps } from "./toolbarMenus.ts";

/** The tools of a chart; on a phone most of them are in menus. Arrow keys move between them (WAI-ARIA APG, toolbar). */
export function Toolbar(props: ToolbarProps): JSX.Element {
  const menus = toolbarMenus(props);
  const isNarrow = (): boolean => props.room === "narrow";
  const isWide = (): boolean => props.room === "wide";
  return (
    <Roving class="chart-bar" label={CHART.toolbar} watch={props.room}>
      <Show when={!isNarrow()}>
        <For each={FAVOURITES}>
          {(id) => (
            <button
              type="button"
              class="chart-tool"
              aria-pressed={id === props.settings.timeframe}
              onClick={() => props.change({ timeframe: id })}
            >
              {shortName(id)}
            </button>
          )}
        </For>
      </Show>
      <Menu label={CHART.timeframe} class="chart-tool" items={menus.timeframes()}>
        {isNarrow() || !FAVOURITES.some((id) => id === props.settings.timeframe) ? (
          <b>{shortName(props.settings.timeframe)}</b>
        ) : (
          <span class="hidden-text">{CHART.timeframe}</span>
        )}
        <span aria-hidden="true">▾</span>
      </Menu>
      <span class="chart-gap" />
      <Show when={!isNarrow()}>
        <Menu label={CHART.type} class="chart-tool" items={menus.types()}>
          {CHART.types[props.settings.type]} <span aria-hidden="true">▾</span>
        </Menu>
      </Show>
      <Button
        kind="plain"
        icon="portfolio"
        class="chart-tool"
        aria-label={CHART.indicators}
        onClick={() => props.actions.indicators()}
      >
        {isNarrow() ? "" : CHART.indicators}
      </Button>
      <Show when={isWide()}>
        <Button kind="plain" icon="swap" class="chart-tool" onClick={() => props.actions.compare()}>
          {CHART.compare}
        </Button>
        <Menu label={CHART.scale} class="chart-tool" items={menus.scales()}>
          {CHART.scales[props.settings.scale]} <span aria-hidden="true">▾</span>
        </Menu>
      </Show>
      <Menu
        label={CHART.draw}
        icon="edit"
        items={[
          ...(isNarrow()
            ? TOOLS.map((tool) => ({
                text: toolName(tool),
                checked: tool === props.tool,
                onChoose: () => props.chooseTool(tool),
              }))
            : []),
          ...props.drawingItems,
        ]}
      />
      <Show when={!isNarrow()}>
        <IconButton icon="undo" label={CHART.undo} disabled={!props.canUndo} onClick={() => props.undo()} />
        <IconButton icon="redo" label={CHART.redo} disabled={!props.canRedo} onClick={() => props.redo()} />
      </Show>
      <Show when={isWide()}>
        <span class="chart-gap" />
        <IconButton icon="search" label={CHART.goTo} onClick={() => props.actions.goTo()} />
        <IconButton icon="chevronRight" label={CHART.newest} onClick={() => props.actions.newest()} />
        <IconButton icon="layout" label={CHART.fit} onClick={() => props.actions.fit()} />
      </Show>
      <span class="grow" />
      <IconButton
        icon={props.isTable ? "bars" : "table"}
        label={props.isTable ? CHART.chart : CHART.table}
        aria-pressed={props.isTable}
        onClick={() => props.actions.table()}
      />
      <Menu label={CHART.more} icon="more" items={menus.more()} />
    </Roving>
  );
}
