/** What a command would do now, and doing it. */
import { switchKill } from "../account/killSwitch.ts";
import { openOrders, positions } from "../account/state.ts";
import { positionOf } from "../account/positionOf.ts";
import { addAlert } from "../alerts/alerts.ts";
import { isShared, session } from "../api/session.ts";
import { assetOf } from "../market/assets.ts";
import { cancelAll, cancelOrders, closePosition, flatten, submitOrder } from "../orders/actions.ts";
import { oneClick } from "../orders/confirmation.ts";
import { describeOrder } from "../orders/describe.ts";
import { requestOf } from "../orders/ticketForm.ts";
import { COMMANDS } from "../text/en/commands.ts";
import { showSymbol } from "../workspace/symbols.ts";
import type { Command } from "./command.ts";

const P = COMMANDS.plans;

export interface Plan {
  /** What Enter does. */
  readonly text: string;
  /** Asked once more: it cannot be undone. */
  readonly isDangerous: boolean;
  /** Why it cannot be done now. */
  readonly refused: string | null;
  readonly run: () => unknown;
}

/** The open orders of a symbol that can be cancelled by themselves. */
export const openOf = (symbol: string): string[] =>
  openOrders()
    .filter((order) => order.symbol === symbol)
    .map(({ id }) => id);

/** Cancels the orders of a symbol, and closes its position. */
async function flattenSymbol(symbol: string): Promise<void> {
  await cancelOrders(openOf(symbol));
  if (positionOf(symbol) !== null) await closePosition(symbol);
}

/** The plan of a command, by the account as it is now. */
export function planOf(command: Command): Plan {
  const trades = command.kind !== "show" && command.kind !== "alert";
  const refused =
    session().kind !== "signed in" && command.kind !== "show"
      ? COMMANDS.signIn
      : trades && isShared()
        ? COMMANDS.shared
        : null;
  return { ...doing(command), refused };
}

function doing(command: Command): Omit<Plan, "refused"> {
  switch (command.kind) {
    case "show":
      return {
        text: P.show(command.symbol, assetOf(command.symbol)?.name ?? ""),
        isDangerous: false,
        run: () => showSymbol(command.symbol),
      };
    case "order": {
      const request = requestOf(command.form, command.symbol);
      const text = describeOrder(request);
      return {
        text,
        isDangerous: !oneClick(),
        run: () => submitOrder(request, text),
      };
    }
    case "alert":
      return {
        text: P.alert(command.symbol, command.condition === "above", command.price),
        isDangerous: false,
        run: () => addAlert({ symbol: command.symbol, condition: command.condition, price: command.price }),
      };
    case "flat":
      return flat(command.symbol);
    case "cancel":
      return cancel(command.symbol);
    case "close":
      return close(command);
    case "kill":
      return command.on
        ? {
            text: P.kill(openOrders().length),
            isDangerous: true,
            run: () => switchKill({ on: true, cancel_orders: true }),
          }
        : { text: P.killOff, isDangerous: true, run: () => switchKill({ on: false }) };
  }
}

function flat(symbol: string | null): Omit<Plan, "refused"> {
  if (symbol === null) {
    return { text: P.flatAll(openOrders().length, positions().size), isDangerous: true, run: flatten };
  }
  const text = P.flat(symbol, openOf(symbol).length, positionOf(symbol)?.qty ?? "0");
  return { text, isDangerous: true, run: () => flattenSymbol(symbol) };
}

function cancel(symbol: string | null): Omit<Plan, "refused"> {
  const ids = symbol === null ? openOrders().map(({ id }) => id) : openOf(symbol);
  const text = symbol === null ? P.cancelAll(ids.length) : P.cancel(symbol, ids.length);
  const run = symbol === null ? cancelAll : () => cancelOrders(openOf(symbol));
  return { text, isDangerous: ids.length > 0, run };
}

function close({ symbol, percent }: Extract<Command, { kind: "close" }>): Omit<Plan, "refused"> {
  const held = positionOf(symbol)?.qty;
  const text = P.close(symbol, percent, held ?? "0");
  if (held === undefined) return { text: P.nothing(text), isDangerous: false, run: () => {} };
  return {
    text,
    isDangerous: true,
    run: () => closePosition(symbol, percent === "100" ? undefined : Number(percent)),
  };
}
