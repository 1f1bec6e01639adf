import { expect, test } from "vitest";
import { repeatedParameter } from "./repeatedParameter.ts";

test("OA-20: a repeated parameter is found, also with the same value, without a value, or in another encoding", () => {
  const repeated = (query: string) => repeatedParameter(new URLSearchParams(query));
  expect(repeated("client_id=a&scope=b&client_id=c")).toBe("client_id");
  expect(repeated("code=a&code=a")).toBe("code");
  expect(repeated("state=&state")).toBe("state");
  expect(repeated("sta%74e=a&state=b")).toBe("state");
  expect(repeated("x=1&x=2")).toBe("x");
  expect(repeated("resource=a&resource=b&state=s&State=t")).toBeNull();
  expect(repeated("")).toBeNull();
});
