import { createContext, runInContext } from "node:vm";
import { expect, test } from "vitest";
import { CODE_SCRIPT } from "./codeScript.ts";

/** The page after the script has run at this address. */
function opened(address: string, value = "") {
  const { pathname, search, hash } = new URL(address);
  const field = { value };
  const page = { field, address: pathname + search + hash };
  const document = { querySelector: (selector: string) => (selector === 'input[name="token"]' ? field : null) };
  const history = { replaceState: (_state: unknown, _title: string, path: string) => (page.address = path) };
  runInContext(
    CODE_SCRIPT,
    createContext({ document, history, location: { pathname, search, hash }, URLSearchParams }),
  );
  return { code: field.value, address: page.address };
}

test("ID-118: the script moves a code from the fragment into the form, and removes it from the address", () => {
  const there = "https://exchange.test/account/verify";
  expect(opened(`${there}#code=ABC234`)).toEqual({ code: "ABC234", address: "/account/verify" });
  expect(opened(`${there}#x=1&code=A%20B`)).toEqual({ code: "A B", address: "/account/verify" });
  // An e-mail of an earlier release: the page has the code in its form already.
  expect(opened(`${there}?code=ABC`, "ABC")).toEqual({ code: "ABC", address: "/account/verify" });
  expect(opened(there, "typed")).toEqual({ code: "typed", address: "/account/verify" });
  expect(opened(`${there}#other`, "typed")).toEqual({ code: "typed", address: "/account/verify" });
});
