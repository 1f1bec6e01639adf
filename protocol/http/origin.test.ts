import { expect, test } from "vitest";
import { networkOf } from "./origin.ts";

test("RL-4: addresses are counted by the network of one customer", () => {
  expect(networkOf("203.0.113.7")).toBe("203.0.113.7");
  expect(networkOf("::ffff:203.0.113.7")).toBe("203.0.113.7");
  const mine = "2001:db8:0:1::/64";
  expect(networkOf("2001:db8:0:1::1")).toBe(mine);
  expect(networkOf("2001:0DB8:0000:0001:ffff:ffff:ffff:ffff")).toBe(mine);
  expect(networkOf("2001:db8::1:0:0:0:9")).toBe(mine);
  expect(networkOf("2001:db8:0:2::1")).not.toBe(mine);
  expect(networkOf("::1")).toBe("0:0:0:0::/64");
  expect(networkOf("2001:db8::")).toBe("2001:db8:0:0::/64");
  expect(networkOf("")).toBe("");
});
