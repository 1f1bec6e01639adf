/** What the lists sell at the market, as it is asked for. */
import { positionNow, positions, type Position } from "../../account/state.ts";
import { money, quantity } from "../../format/numbers.ts";
import { closePosition } from "../../orders/actions.ts";
import { POSITIONS } from "../../text/en/blotter.ts";
import type { Lot } from "./lots.ts";
import type { Sale } from "./SaleDialog.tsx";

const ALL = 100;

/** A part of a position, in percent. All of it cancels the orders that hold some of it. */
export function saleOfPosition({ symbol }: Position, percentage: number): Sale {
  const position = (): Position | undefined => positions().get(symbol);
  const held = (): number => Number(position()?.qty ?? 0) - Number(position()?.qty_available ?? 0);
  const value = (): number | null => {
    const now = position();
    const whole = now === undefined ? null : positionNow(now).value;
    return whole === null ? null : (whole * percentage) / ALL;
  };
  const qty = (): string => quantity(position()?.qty ?? 0);
  if (percentage === ALL) {
    return {
      title: POSITIONS.closeTitle(symbol),
      text: () => {
        const text = POSITIONS.closeText(qty(), symbol, money(value()));
        return held() > 0 ? `${text} ${POSITIONS.heldText(quantity(held()))}` : text;
      },
      yes: POSITIONS.close,
      act: () => closePosition(symbol, { cancelOrders: held() > 0 }),
      done: `${qty()} ${symbol}`,
    };
  }
  const part = `${percentage}%`;
  return {
    title: POSITIONS.closePart(part, symbol),
    text: () => POSITIONS.partText(part, qty(), symbol, money(value())),
    yes: POSITIONS.sell,
    act: () => closePosition(symbol, { percentage }),
    done: POSITIONS.partOf(part, symbol),
  };
}

/** What is free of a tax lot. */
export function saleOfLot({ symbol, lot_id: lot, qty, qty_available: free, market_value: value }: Lot): Sale {
  const about = value === null || Number(qty) === 0 ? null : (Number(value) * Number(free)) / Number(qty);
  return {
    title: POSITIONS.sellLot,
    text: () => POSITIONS.lotText(lot, quantity(free), symbol, money(about)),
    yes: POSITIONS.sell,
    act: () => closePosition(symbol, { taxLots: `${lot}:${free}` }),
    done: POSITIONS.lotOf(lot, symbol),
  };
}
