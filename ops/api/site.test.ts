import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join, dirname } from "node:path";
import { createContext, runInContext } from "node:vm";
import { expect, test } from "vitest";
import { catalogue, errorsHtml } from "./errorsPage.ts";

const ui = dirname(createRequire(import.meta.url).resolve("swagger-ui-dist/package.json"));
const script = readFileSync(join(ui, "swagger-ui-bundle.js"), "utf8");

/** Whatever a script asks of its page, there is something, and it does nothing. */
function anything(): unknown {
  return new Proxy(() => undefined, {
    get: (_, key) => (key === "nodeType" ? 1 : key === Symbol.toPrimitive ? () => "" : anything()),
    apply: () => anything(),
    set: () => true,
  });
}

test("GW-31: the reference's script starts where no text may be run as code, and puts no styles into the page", () => {
  const window: Record<string, unknown> = {
    ...{ setTimeout, clearTimeout, URL, URLSearchParams, TextEncoder, TextDecoder, MessageChannel, AbortController },
    ...{ Blob, FormData, Headers, Request, Response, EventTarget, Event, structuredClone, atob, btoa, console },
    ...{ document: anything(), navigator: { userAgent: "" }, location: new URL("http://exchange.test/docs") },
    ...{ HTMLElement: class {}, Element: class {}, Node: class {}, File: class {}, addEventListener: () => undefined },
  };
  Object.assign(window, { window, self: window });
  const page = createContext(window, { codeGeneration: { strings: false, wasm: false } });
  runInContext(script, page);
  expect(typeof window["SwaggerUIBundle"]).toBe("function");
  expect(() => runInContext("new Function('return 1')", page)).toThrow("Code generation from strings disallowed");
  expect(script).not.toMatch(/setAttribute\("style"|createElement\("style"|insertRule\(|document\.write\(/);
});

test("GW-31: every error has its anchor on the page of errors, where texts are text", () => {
  const page = errorsHtml();
  for (const { reason } of catalogue()) expect(page.split(`<tr id="${reason}">`)).toHaveLength(2);
  expect(page).not.toMatch(/<script|style=|[<>]= /);
});
