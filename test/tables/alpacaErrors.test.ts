/** The table of errors that Alpaca's clients know: each row has a test, or a reason why it cannot occur here. */
import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { sessionRules } from "../../domain/market/sessionRules.ts";
import { decideSubmit } from "../../domain/account/entry/decide.ts";
import { NO_ORIGIN } from "../../domain/account/state/events.ts";
import { fundedAccount, ticketWith, validatedOrderWith } from "../../domain/account/testing.ts";
import { wireError } from "../../protocol/errors/catalogue.ts";
import { account, trade } from "../gateway/fakes.ts";
import { ORDER } from "../gateway/samples.ts";
import { ROWS } from "../system/contract/errors.ts";
import { STEPS } from "../system/contract/errorSteps.ts";

interface ErrorLine {
  readonly status: string;
  readonly code: string;
  readonly text: string;
  readonly where: string;
}

const LINES: readonly ErrorLine[] = readFileSync(new URL("alpacaErrors.txt", import.meta.url), "utf8")
  .split("\n")
  .filter((line) => line !== "" && !line.startsWith("#"))
  .map((line) => {
    const [status = "", code = "", text = "", where = "", ...more] = line.split(" | ");
    if (where === "" || more.length > 0) throw new Error(`not four cells: ${line}`);
    return { status, code, text, where };
  });

/** The text of the test of a row: its own, or the one after a word such as `as`. */
const after = (word: string, { where, text }: ErrorLine): string => where.split(` ${word} `)[1] ?? text;
const tested = new Set([...ROWS.map(({ row }) => row), ...STEPS.flatMap(({ rows }) => rows)]);
/** Without status and code, which are other cells. */
const textsTested = new Set([...tested].map((row) => row.replace(/^\d+ (?:\d+ )?/, "")));

const IN_GATEWAY = "a cancel of all orders that fails is one error";

describe("WS-2: a row of Alpaca's errors has a test", () => {
  test.each(LINES)("$status $code $text: $where", (line) => {
    const [kind] = line.where.split(/[ :]/);
    if (kind === "contract") {
      const text = after("as", line);
      expect([...textsTested]).toContain(text);
      // An element of a list has a status of its own.
      if (line.status !== "207") expect([...tested]).toContain(`${line.status} ${line.code} ${text}`);
    } else if (kind === "domain") expect(Object.keys(OF_HOURS)).toContain(line.text);
    else if (kind === "never") {
      expect(line.where.length).toBeGreaterThan("never: because".length);
      const instead = line.where.split("; instead ")[1];
      if (instead !== undefined) expect([...textsTested, IN_GATEWAY]).toContain(instead);
    } else expect(kind).toBe("gateway");
  });
});

const at = (newYork: string) => sessionRules("us_equities", Date.parse(`2026-11-20T${newYork}:00-05:00`));
/** When an order for an auction comes too late, and when in time. */
const OF_HOURS: Readonly<Record<string, readonly [tif: "opg" | "cls", late: string, inTime: string]>> = {
  "opg orders must be submitted after 7:00pm and before 9:28am": ["opg", "09:28", "09:27"],
  "cls orders must be submitted after 7:00pm and before 3:50pm": ["cls", "15:50", "15:49"],
};

test.each(Object.entries(OF_HOURS))("403 40310000 %s", (message, [timeInForce, late, inTime]) => {
  const answerAt = (time: string) => {
    const state = fundedAccount("a", 100_000_000, {});
    const prices = { marketPrice: 1_000_000, lastPrice: 1_000_000 };
    const none = () => undefined;
    const facts = { ...prices, known: none, order: none, orderId: "o1", hours: at(time), late: false };
    const order = validatedOrderWith({ timeInForce });
    return decideSubmit(state, ticketWith({}), { ok: true, value: order }, facts, NO_ORIGIN).outcome;
  };
  const refused = answerAt(late);
  if (refused.ok) throw new Error("it was taken");
  expect(wireError(refused.refusal)).toMatchObject({ status: 403, body: { code: 40_310_000, message } });
  expect(answerAt(inTime)).toMatchObject({ ok: true });
});

test("207: an order that was filled meanwhile is an element with status 422, code and text", async () => {
  const refusal = { reason: "order_not_cancelable", status: "filled" } as const;
  account.cancelAllOrders.mockResolvedValueOnce([{ order: ORDER, outcome: { ok: false, refusal } }]);
  const { status, body } = await trade("DELETE", "/v2/orders");
  const error = { code: 42_210_000, message: 'order is already in "filled" state' };
  expect([status, body]).toEqual([207, [{ id: ORDER.id, status: 422, body: expect.objectContaining(error) }]]);
});

test("a cancel of all orders that fails is one error", async () => {
  account.metered.mockRejectedValueOnce(new Error("the object has restarted"));
  const { status, body } = await trade("DELETE", "/v2/orders");
  expect([status, body]).toEqual([503, expect.objectContaining({ code: 50_310_000 })]);
});
