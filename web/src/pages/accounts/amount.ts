/** Amounts of money and shares that a form moves, as they are typed. */
import { isAmount } from "../../orders/ticketForm.ts";
import { ACCOUNTS } from "../../text/en/accounts.ts";

/** An amount that cannot be sent; its message says why. */
export class AmountFault extends Error {
  override readonly name = "AmountFault";
}

/** What is wrong with an amount; null when nothing is. A comma is refused: it means different things in different places. */
export const amountProblem = (typed: string): string | null => (isAmount(typed) ? null : ACCOUNTS.notAmount);

/** The amount as it is sent. Throws AmountFault when it cannot be. */
export function amountOf(typed: string): string {
  const problem = amountProblem(typed);
  if (problem !== null) throw new AmountFault(problem);
  return typed.trim();
}
