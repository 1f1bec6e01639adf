/** Marks the account's own trades at the bars in which they were made. */
import { createEffect, type Accessor } from "solid-js";
import { quantity } from "../../../format/numbers.ts";
import { COMMON } from "../../../text/en/common.ts";
import type { ChartController } from "../controller.ts";
import { marksOf, ownFills } from "./fills.ts";

export function showFills(chart: ChartController, symbol: Accessor<string>, isShown: Accessor<boolean>): void {
  let before = "";
  createEffect(() => {
    chart.version();
    const { engine } = chart;
    const marks = isShown() ? marksOf(ownFills(), symbol(), engine.bars, (at) => engine.placeOf(at)) : [];
    // Bars change several times a second, marks do not.
    const colours = [engine.theme.token("--up"), engine.theme.token("--down")];
    const now = JSON.stringify([
      colours,
      symbol(),
      engine.bars[0]?.at,
      marks.map(({ bar, qty, side }) => [bar.at, qty, side]),
    ]);
    if (now === before) return;
    before = now;
    engine.setMarks(
      marks.map(({ bar, side, qty }) => ({
        time: engine.axisTime(bar),
        position: side === "buy" ? "belowBar" : "aboveBar",
        shape: side === "buy" ? "arrowUp" : "arrowDown",
        color: engine.theme.token(side === "buy" ? "--up" : "--down"),
        text: `${(side === "buy" ? COMMON.buy : COMMON.sell).slice(0, 1)} ${quantity(qty)}`,
      })),
    );
  });
}
