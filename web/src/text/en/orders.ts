export const ORDERS = {
  found: (text: string, status: string) => `${text}: the exchange has it (${status}).`,
  neverArrived: (text: string) => `${text}: did not reach the exchange. Nothing was ordered.`,
  notCancelled: (count: number, why: string) => `${count} not cancelled: ${why}`,
} as const;
