import { expect, test } from "vitest";
import { CachedRouter } from "./cachedRouter.ts";

function router() {
  const made = new CachedRouter<string>();
  made.add("ALL", "*", "log");
  made.add("GET", "/v2/orders", "list");
  made.add("POST", "/v2/orders", "place");
  made.add("GET", "/v2/orders/:id", "one");
  return made;
}

const found = (of: CachedRouter<string>, method: string, path: string) =>
  of.match(method, path)[0].map(([handler, parameters]) => [handler, { ...(parameters as object) }]);

test("WS-4: a path is routed in the same way the second time, by its method", () => {
  const routes = router();
  for (let time = 0; time < 2; time++) {
    expect(found(routes, "GET", "/v2/orders")).toEqual([
      ["log", {}],
      ["list", {}],
    ]);
    expect(found(routes, "POST", "/v2/orders")).toEqual([
      ["log", {}],
      ["place", {}],
    ]);
    expect(found(routes, "DELETE", "/v2/orders")).toEqual([["log", {}]]);
    for (const id of ["a", "b"]) {
      expect(found(routes, "GET", `/v2/orders/${id}`)).toEqual([
        ["log", {}],
        ["one", { id }],
      ]);
    }
  }
  expect(routes.match("GET", "/v2/orders")).toBe(routes.match("GET", "/v2/orders"));
  expect(routes.match("GET", "/v2/orders/a")).not.toBe(routes.match("GET", "/v2/orders/a"));
});

test("WS-4: unknown paths fill no memory and take no place from routes, and a route that is added later is found", () => {
  const routes = router();
  routes.add("GET", "/v2/orders:by_name", "named");
  for (let path = 0; path < 2_000; path++) routes.match("GET", `/nowhere/${path}`);
  expect(routes.match("GET", "/nowhere/1")).not.toBe(routes.match("GET", "/nowhere/1"));
  expect(routes.match("PURGE", "/v2/orders")).not.toBe(routes.match("PURGE", "/v2/orders"));
  expect(routes.match("POST", "/v2/orders")).toBe(routes.match("POST", "/v2/orders"));
  expect(routes.match("GET", "/v2/orders:by_name")).toBe(routes.match("GET", "/v2/orders:by_name"));
  routes.add("GET", "/nowhere/7", "somewhere");
  routes.add("GET", "/v2/*", "under");
  expect(found(routes, "GET", "/nowhere/7")).toEqual([
    ["log", {}],
    ["somewhere", {}],
  ]);
  expect(found(routes, "GET", "/v2/orders:by_name").map(([handler]) => handler)).toEqual(["log", "named", "under"]);
});
