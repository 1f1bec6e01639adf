import { expect, test } from "vitest";
import * as z from "zod";
import type { ApiError } from "./catalogue.ts";
import { errorAnswer, isAlpacaPath } from "./problem.ts";
import { readBody } from "../http/readRequest.ts";

const POOR: ApiError = { reason: "insufficient_buying_power", buyingPower: 1_005_000, costBasis: 2_000_001 };

test("GW-1: under /v2 an error is code and message, elsewhere a problem with the same code and text", () => {
  expect(errorAnswer({ reason: "forbidden" }, "/v2/orders", "r")).toEqual({
    status: 403,
    type: "application/json",
    body: { code: 40310000, message: "forbidden.", reason: "forbidden" },
  });
  expect(errorAnswer({ reason: "forbidden" }, "/v1/keys", "r")).toEqual({
    status: 403,
    type: "application/problem+json",
    body: {
      type: "/docs/errors#forbidden",
      title: "Forbidden",
      status: 403,
      detail: "forbidden.",
      instance: "r",
      code: 40310000,
      reason: "forbidden",
    },
  });
});

test("GW-1: both shapes have the facts of an error, which do not override the members of a problem", () => {
  const facts = { buying_power: "100.5", cost_basis: "200.0001" };
  expect(errorAnswer(POOR, "/v2/orders", "r").body).toMatchObject(facts);
  expect(errorAnswer(POOR, "/v1/orders", "r").body).toMatchObject({ ...facts, status: 403, instance: "r" });
});

test.each([
  "/v2",
  "/v2/orders",
  "/v2/orders:by_client_order_id",
  "/v1beta3/crypto/us",
  "/stream",
  "/v3/clock",
  "/v1beta1/news",
  "/v1beta2/crypto",
  "/v2beta1/events/activities",
  "/v1/corporate-actions",
  "/v1/locates/x",
])("GW-1: %s is Alpaca's", (path) => expect(isAlpacaPath(path)).toBe(true));
test.each(["/", "/v1/keys", "/v20/x", "/streams", "/oauth/token", "/docs", "/x/v2/orders", "/v1/locate"])(
  "GW-1: %s is not an Alpaca path",
  (path) => expect(isAlpacaPath(path)).toBe(false),
);

const shape = z.strictObject({ name: z.string(), scopes: z.array(z.enum(["read", "trade"])), peg: z.strictObject({}) });

test("GW-2: the error for a body lists all invalid fields, unknown ones too", () => {
  const read = readBody(shape, { name: 5, scopes: ["read", "own"], peg: { to: 1 }, roles: ["admin"] });
  if (read.ok) throw new Error("was taken");
  const { body } = errorAnswer(read.error, "/v1/keys", "r");
  expect(body).toMatchObject({ reason: "unknown_field", detail: "unknown field peg.to" });
  const fields = (body["errors"] as { field: string }[]).map(({ field }) => field);
  expect(fields).toEqual(["name", "scopes.1", "peg.to", "roles"]);
});

test("GW-2: the error lists at most twenty invalid fields", () => {
  const many = Object.fromEntries(Array.from({ length: 5_000 }, (_, number) => [`f${number}`, number]));
  const read = readBody(shape, { name: "n", scopes: [], peg: many });
  if (read.ok || read.error.reason !== "unknown_field") throw new Error("was taken");
  expect(read.error.fields).toHaveLength(20);
});

test("GW-1: our own errors list the words of a field that has few; Alpaca's do not", () => {
  const read = readBody(z.strictObject({ mode: z.enum(["off", "warn"]) }), { mode: "loud" });
  if (read.ok) throw new Error("no error");
  expect(errorAnswer(read.error, "/v1/account/settings", "r").body["detail"]).toBe(
    "invalid mode: expected one of off, warn",
  );
  expect(errorAnswer(read.error, "/v2/account/configurations", "r").body["message"]).toBe("invalid mode");
});
