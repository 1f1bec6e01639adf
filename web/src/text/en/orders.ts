const orders = (count: number): string => (count === 1 ? "1 order" : `${count} orders`);
const positions = (count: number): string => (count === 1 ? "1 position" : `${count} positions`);

export const ORDERS = {
  replace: (order: string) => `Replace of ${order}`,
  cancel: (order: string) => `Cancel of ${order}`,
  cancelMany: (count: number) => `Cancel of ${orders(count)}`,
  close: (symbol: string, part: string) => (part === "" ? `Close of ${symbol}` : `Close of ${part} of ${symbol}`),
  flatten: "Flatten the account",
  found: (text: string, state: string) => `${text}: the exchange has it. State: ${state}.`,
  neverArrived: (text: string) => `${text}: did not reach the exchange. Nothing was changed.`,
  cancelled: (text: string) => `${text}: no longer open, or being cancelled.`,
  stillOpen: (text: string, count: number) =>
    `${text}: ${count === 1 ? "is" : `${count} are`} still open. Cancel again.`,
  flat: (text: string) => `${text}: no order is open, and no position is held.`,
  notFlat: (text: string, open: number, held: number) => `${text}: ${orders(open)} open, ${positions(held)} held.`,
  notCancelled: (count: number, why: string) => `${count} not cancelled: ${why}`,
} as const;
