import { expect, test } from "vitest";
import { orderRequest, replaceRequest } from "../wire/orderRequest.ts";
import { orderListQuery } from "../wire/query.ts";
import { unknownField } from "./nearestField.ts";

test.each([
  ["order_clas", "order_class"],
  ["order_calss", "order_class"],
  ["orderClass", "order_class"],
  ["order-class", "order_class"],
  ["Limit_Price", "limit_price"],
  ["take_proft", "take_profit"],
  ["post_only", "advanced_instructions.post_only"],
  ["postOnly", "advanced_instructions.post_only"],
  ["stop_loss.stop_prise", "stop_loss.stop_price"],
  ["stop_loss.limitprice", "stop_loss.limit_price"],
  ["advanced_instructions.dislay_qty", "advanced_instructions.display_qty"],
  ["advanced_instructions.peg.offest", "advanced_instructions.peg.offset"],
  ["price", "limit_price"],
  ["order_type", "type"],
  ["zzz", null],
  ["", null],
  ["x".repeat(60_000), null],
])("GW-9: %s of an order is nearest to %s", (path, nearest) => {
  expect(unknownField(path.split("."), orderRequest).nearest).toBe(nearest);
});

test("GW-9: replaces and queries get the same suggestions; long names are cut", () => {
  expect(unknownField(["stopprice"], replaceRequest)).toEqual({ name: "stopprice", nearest: "stop_price" });
  expect(unknownField(["dierction"], orderListQuery)).toEqual({ name: "dierction", nearest: "direction" });
  expect(unknownField(["x".repeat(60_000)], orderRequest).name).toHaveLength(64);
});

test("GW-9: a field is found with a third of its letters changed, and not with more", () => {
  const nearest = (name: string) => unknownField([name], orderRequest).nearest;
  expect(nearest("time_in_fxxxx")).toBe("time_in_force");
  expect(nearest("txme_ix_fxxxx")).toBeNull();
  expect(nearest("itme_ni_fxrce")).toBe("time_in_force");
  expect(nearest("abcdefghijklmnopqrstuvwxyzabcde")).toBeNull();
});
