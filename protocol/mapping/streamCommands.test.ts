import { describe, expect, it } from "vitest";
import { SEEDED } from "../../domain/market/listing.ts";
import { readCommand, readCommands, resultOf } from "./streamCommands.ts";

const read = (command: unknown) => readCommand(command, "f", 3, SEEDED);
const order = { symbol: "AAPL", side: "buy", type: "limit", time_in_force: "day", qty: "1", limit_price: "2" };
const orderId = "61e69015-8549-4bfd-b9c3-01e75843f47d";

describe("WS-22: a command of order entry", () => {
  it("has the ticket of the REST request; its client order id is its own, or derives from the command's id", () => {
    const ticket = { symbol: "AAPL", side: "buy", type: "limit", timeInForce: "day", qty: "1", limitPrice: "2" };
    const placed = (command: object) => read({ action: "place", ...order, ...command });
    const value = (clientOrderId: string) => ({
      kind: "place",
      ticket: expect.objectContaining({ ...ticket, clientOrderId }),
    });
    expect(placed({})).toEqual({ id: "f:3", read: { ok: true, value: value("req:f:3") } });
    expect(placed({ id: "own" })).toEqual({ id: "own", read: { ok: true, value: value("req:own") } });
    expect(placed({ client_order_id: "mine" })).toEqual({ id: "f:3", read: { ok: true, value: value("mine") } });
    expect(read({ action: "replace", id: "r", order_id: orderId.toUpperCase(), qty: "2" })).toMatchObject({
      id: "r",
      read: { ok: true, value: { kind: "replace", orderId, ticket: { qty: "2", clientOrderId: "req:r" } } },
    });
  });

  it("names its order in one way", () => {
    const value = (command: object) => {
      const { read: each } = read(command);
      return each.ok ? each.value : each.error.reason;
    };
    expect(value({ action: "cancel", order_id: orderId.toUpperCase() })).toEqual({ kind: "cancel", orderId });
    expect(value({ action: "cancel", client_order_id: "c" })).toEqual({ kind: "cancel", clientOrderId: "c" });
    // An empty text is no name, as in a batch.
    expect(value({ action: "cancel", order_id: orderId, client_order_id: "" })).toEqual({ kind: "cancel", orderId });
    expect(value({ action: "query", client_order_id: "", request_id: "r" })).toMatchObject({ clientOrderId: "req:r" });
    expect(value({ action: "cancel", order_id: "", client_order_id: "" })).toBe("order_id_missing");
    expect(value({ action: "query", request_id: "f:1" })).toEqual({ kind: "query", clientOrderId: "req:f:1" });
    for (const wrong of [{}, { order_id: "x" }, { order_id: orderId, client_order_id: "c" }]) {
      expect(value({ action: "cancel", ...wrong })).toBe("order_id_missing");
    }
    expect(value({ action: "replace", qty: "2" })).toBe("order_id_missing");
  });

  it.each([
    ["an id that is none", { action: "place", ...order, id: "a b" }, "body_field"],
    ["an id that is null", { action: "place", ...order, id: null }, "body_field"],
    ["an unknown field", { action: "place", ...order, qyt: 1 }, "unknown_field"],
    ["a wrong type", { action: "place", ...order, side: 7 }, "body_field"],
    ["another action", { action: "buy" }, "body_field"],
    ["no object", [], "body_field"],
    ["a prototype key", JSON.parse('{"action":"place","symbol":"AAPL","__proto__":{"qty":"5"}}'), "unknown_field"],
  ])("with %s is refused", (_what, command, reason) => {
    expect(read(command).read).toMatchObject({ ok: false, error: { reason } });
  });

  it("with many wrong fields is refused with all of them, until those of the frame are twenty", () => {
    const wrong = Object.fromEntries(Array.from({ length: 15 }, (_, nth) => [`qty${nth}`, 1]));
    const command = { action: "place", ...order, ...wrong };
    const listed = readCommands([command, command, command, {}, { action: "cancel", a: 1, b: 2 }], "f", SEEDED).map(
      ({ read: each }) => (each.ok || !("fields" in each.error) ? undefined : each.error.fields?.length),
    );
    expect(listed).toEqual([15, 5, undefined, undefined, undefined]);
    const alone = readCommands([{ ...command, qty0: undefined }], "f", SEEDED)[0]?.read;
    expect(alone).toEqual(readCommand({ ...command, qty0: undefined }, "f", 0, SEEDED).read);
    // The first is named in any case.
    expect(readCommands([command, command, command], "f", SEEDED)[2]?.read).toMatchObject({ error: { name: "qty0" } });
  });

  it("that a book has not answered is answered as by REST", () => {
    const refused = { ok: false, refusal: { reason: "order_not_found", orderId } } as const;
    expect(resultOf("f:3", { kind: "cancel", orderId }, refused)).toMatchObject({ id: "f:3", status: 404 });
    expect(resultOf("f:3", { kind: "cancel", orderId }, { ok: true, value: null })).toEqual({
      id: "f:3",
      status: 204,
      body: null,
    });
  });
});
