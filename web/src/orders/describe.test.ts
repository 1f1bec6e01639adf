import { expect, test } from "vitest";
import { describeOrder } from "./describe.ts";
import { optionCount } from "./ticketChoices.ts";
import { EMPTY_FORM, requestOf, type TicketForm } from "./ticketForm.ts";

const SALE: TicketForm = { ...EMPTY_FORM, side: "sell", type: "limit", amount: "12.5", limitPrice: "190" };
const words = (form: TicketForm): string => describeOrder(requestOf(form, "AAPL"));

test("UI-172: the tax lots of a sale are in its confirmation, and counted with its options", () => {
  const form: TicketForm = { ...SALE, lots: { 3: "10", 5: "2.5", 7: "" } };
  expect(words(form)).toBe("Sell 12.5 AAPL, limit 190, day, from tax lots 3 (10) and 5 (2.5)");
  expect(words({ ...SALE, lots: { 3: "12.5" } })).toMatch(/from tax lot 3 \(12\.5\)$/);
  expect([optionCount(SALE), optionCount({ ...SALE, lots: { 7: "" } }), optionCount(form)]).toEqual([0, 0, 1]);
  expect(optionCount({ ...form, postOnly: true, unit: "notional" })).toBe(2);
});

const CHOICES: readonly Partial<TicketForm>[] = [
  { timeInForce: "gtc" },
  { extendedHours: true },
  { hidden: true },
  { postOnly: true },
  { allOrNone: true },
  { displayQty: "5" },
  { minQty: "5" },
  { pegTo: "mid" },
  { pegTo: "primary", pegOffset: "0.05" },
  { selfTrade: "cancel_newest" },
  { selfTrade: "cancel_oldest" },
  { selfTrade: "cancel_both" },
  { selfTrade: "decrement" },
  { lots: { 3: "12.5" } },
];

test.each(CHOICES)("UI-172: the confirmation says %j", (choice) => {
  const others = CHOICES.filter((other) => other !== choice).map((other) => words({ ...SALE, ...other }));
  expect([...others, words(SALE)]).not.toContain(words({ ...SALE, ...choice }));
});
