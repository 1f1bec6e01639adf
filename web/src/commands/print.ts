/** Writes a command as it is typed: `parse(print(command))` is the command. */
import { neededFields, type TicketForm } from "../orders/ticketForm.ts";
import type { Command } from "./command.ts";

export function print(command: Command): string {
  switch (command.kind) {
    case "show":
      return command.symbol;
    case "order":
      return printOrder(command.symbol, command.form);
    case "alert":
      return `alert ${command.symbol} ${command.condition === "above" ? ">" : "<"} ${command.price}`;
    case "flat":
      return command.symbol === null ? "flat" : `flat ${command.symbol}`;
    case "cancel":
      return `cancel ${command.symbol ?? "all"}`;
    case "close":
      return command.percent === "100" ? `close ${command.symbol}` : `close ${command.percent}% ${command.symbol}`;
    case "kill":
      return command.on ? "kill" : "kill off";
  }
}

function printOrder(symbol: string, form: TicketForm): string {
  const size = form.unit === "notional" ? `$${form.amount}` : form.amount;
  return [
    form.side,
    size,
    symbol,
    ...typeWords(form),
    ...timeWords(form),
    ...exitWords(form),
    ...instructionWords(form),
  ]
    .filter((word) => word !== "")
    .join(" ");
}

function typeWords({ type, orderClass, limitPrice, stopPrice, trail, trailUnit }: TicketForm): string[] {
  switch (type) {
    case "market":
      return ["m"];
    case "limit":
      return orderClass === "oco" ? [] : ["l", limitPrice];
    case "stop":
      return ["stop", stopPrice];
    case "stop_limit":
      return ["stop", stopPrice, "l", limitPrice];
    case "trailing_stop":
      return ["trail", trailUnit === "percent" ? `${trail}%` : trail];
    case "market_if_touched":
      return ["touch", stopPrice];
  }
}

function timeWords({ timeInForce, goodTil }: TicketForm): string[] {
  if (timeInForce === "day") return [];
  return timeInForce === "gtd" ? ["gtd", goodTil] : [timeInForce];
}

function exitWords(form: TicketForm): string[] {
  const { orderClass, takeProfit, stopLoss, stopLossLimit } = form;
  if (orderClass === "simple") return [];
  const needed = neededFields(form);
  return [
    orderClass,
    ...(needed.includes("takeProfit") ? ["tp", takeProfit] : []),
    ...(needed.includes("stopLoss") ? ["sl", stopLossLimit === "" ? stopLoss : `${stopLoss}/${stopLossLimit}`] : []),
  ];
}

function instructionWords(form: TicketForm): string[] {
  return [
    form.extendedHours ? "ext" : "",
    form.postOnly ? "post" : "",
    form.hidden ? "hidden" : "",
    form.allOrNone ? "aon" : "",
    ...(form.displayQty === "" ? [] : ["show", form.displayQty]),
    ...(form.minQty === "" ? [] : ["min", form.minQty]),
    ...(form.pegTo === "" ? [] : ["peg", form.pegTo, form.pegOffset]),
  ];
}
