/** What can be done at a price of the chart: orders that the ticket is filled in with, a line, a copy. */
import { addAlert } from "../../../alerts/alerts.ts";
import { isShared } from "../../../api/session.ts";
import type { MenuItem } from "../../../design/components/Menu.tsx";
import { notify } from "../../../design/components/notices.tsx";
import * as numbers from "../../../format/numbers.ts";
import { askTicket } from "../../../orders/ticketRequest.ts";
import { CHART } from "../../../text/en/chart.ts";
import { COMMON } from "../../../text/en/common.ts";
import type { ChartController } from "../controller.ts";
import type { DrawingTool } from "../draw/drawingTool.ts";
import { priceText, toTick } from "../model/price.ts";
import { tickNear } from "./OrderPills.tsx";

export function priceItems(chart: ChartController, tool: DrawingTool, symbol: string, at: number): readonly MenuItem[] {
  const { engine } = chart;
  const tick = tickNear(symbol)(at);
  const price = toTick(at, tick);
  const text = priceText(at, tick);
  const last = engine.bars.at(-1)?.close ?? price;
  // Below the market buys wait as limits and sells as stops; above it the other way round.
  const [buy, sell] = price <= last ? (["limit", "stop"] as const) : (["stop", "limit"] as const);
  const item = (side: "buy" | "sell", type: "limit" | "stop"): MenuItem => ({
    text: CHART.placeAt(side === "buy" ? COMMON.buy : COMMON.sell, CHART[type], numbers.price(price)),
    icon: "edit",
    onChoose: () => askTicket({ symbol, side, type, [type === "limit" ? "limitPrice" : "stopPrice"]: text }),
  });
  return [
    ...(isShared() ? [] : [item("buy", buy), item("sell", sell)]),
    {
      text: CHART.alertAt(numbers.price(price)),
      icon: "alert",
      onChoose: () => {
        addAlert({ symbol, condition: price > last ? "above" : "below", price: text });
        notify("accent", CHART.alertMade(symbol, numbers.price(price)));
      },
    },
    {
      text: CHART.lineAt(numbers.price(price)),
      icon: "minus",
      onChoose: () => {
        tool.choose("horizontal");
        tool.setPoint({ at: engine.bars.at(-1)?.at ?? 0, price });
      },
    },
    { text: CHART.copyPrice, icon: "copy", onChoose: () => void navigator.clipboard?.writeText(text) },
    { text: CHART.newest, icon: "chevronRight", onChoose: () => engine.showNewest() },
  ];
}
