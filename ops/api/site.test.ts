import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join, dirname } from "node:path";
import { createContext, runInContext } from "node:vm";
import { expect, test } from "vitest";
import { dataMessage } from "../../protocol/stream/data.ts";
import { tradingMessage } from "../../protocol/stream/trading.ts";
import { whyNotWritten } from "../../dev/failure.ts";
import { ROOT } from "../workers.ts";
import { asyncapi } from "./asyncapi.ts";
import { catalogue, errorsHtml } from "./errorsPage.ts";
import { documented } from "./openapi.ts";
import { referenceHtml } from "./referencePage.ts";
import buildSite, { siteFiles } from "./site.ts";
import { EXAMPLES, streamsHtml } from "./streamsPage.ts";
import { writeChanged } from "./writeChanged.ts";

const ui = dirname(createRequire(import.meta.url).resolve("swagger-ui-dist/package.json"));
const script = readFileSync(join(ui, "swagger-ui-bundle.js"), "utf8");

/** A fake page: every property exists and does nothing. */
function anything(): unknown {
  return new Proxy(() => undefined, {
    get: (_, key) => (key === "nodeType" ? 1 : key === Symbol.toPrimitive ? () => "" : anything()),
    apply: () => anything(),
    set: () => true,
  });
}

test("GW-31: the reference's script runs under our policy: no eval, no inline styles", () => {
  const window: Record<string, unknown> = {
    setTimeout,
    clearTimeout,
    URL,
    URLSearchParams,
    TextEncoder,
    TextDecoder,
    MessageChannel,
    AbortController,
    Blob,
    FormData,
    Headers,
    Request,
    Response,
    EventTarget,
    Event,
    structuredClone,
    atob,
    btoa,
    console,
    document: anything(),
    navigator: { userAgent: "" },
    location: new URL("http://exchange.test/docs"),
    HTMLElement: class {},
    Element: class {},
    Node: class {},
    File: class {},
    addEventListener: () => undefined,
  };
  Object.assign(window, { window, self: window });
  const page = createContext(window, { codeGeneration: { strings: false, wasm: false } });
  runInContext(script, page);
  expect(typeof window["SwaggerUIBundle"]).toBe("function");
  expect(() => runInContext("new Function('return 1')", page)).toThrow("Code generation from strings disallowed");
  expect(script).not.toMatch(/setAttribute\("style"|createElement\("style"|insertRule\(|document\.write\(/);
});

test("GW-31: every error has its anchor on the page of errors, and texts are escaped", () => {
  const page = errorsHtml();
  for (const { reason } of catalogue()) expect(page.split(`<tr id="${reason}">`)).toHaveLength(2);
  expect(page).not.toMatch(/<script|style=|[<>]= /);
});

test("GW-36: the reference begins with trading, and lists every call as searchable text", () => {
  const page = referenceHtml();
  const headings = [...page.matchAll(/<h2 id="group-([^"]+)"/g)].map((match) => match[1]);
  expect(headings.slice(0, 3)).toEqual(["orders", "account", "events"]);
  expect(headings.findIndex((tag) => tag?.startsWith("admin"))).toBeGreaterThan(headings.indexOf("oauth"));
  const text = page.slice(page.indexOf("<main>"));
  for (const { operation, path } of documented()) {
    expect(text, operation.id).toContain(`<article id="${operation.id}">`);
    expect(text).toContain(`<code>${path.replace(/\/:(\w+)/g, "/{$1}")}</code>`);
  }
  expect(text).not.toMatch(/<details|<[^>]*\shidden/);
  for (const [, target] of page.matchAll(/href="#([^"]+)"/g)) expect(page).toContain(` id="${target}"`);
  expect(text).toContain('<code>next</code> <span class="must">required</span></td><td>string or null');
  expect(text).toContain('<a href="/docs/errors">/docs/errors</a> lists them all');
});

test("GW-36: the page of the streams has every message with its fields", () => {
  const page = streamsHtml();
  const { messages } = asyncapi()["components"] as { messages: Record<string, unknown> };
  for (const name of Object.keys(messages)) expect(page).toContain(`<article id="${name}">`);
  for (const field of ["cancel_on_disconnect", "cursors", "position_qty", "bp"]) expect(page).toContain(field);
  expect(page).not.toMatch(/<script|style=/);
  // Every form of what is sent has a name and says what it is for; that of an API key comes first.
  expect(page).not.toMatch(/<h5>Form \d/);
  expect(page.split(/<h5>.*<\/h5>\n(?!<p>)/)).toHaveLength(1);
  expect(page.indexOf("with an API key")).toBeLessThan(page.indexOf("with an access token"));
  const sent = (channel: string) => (EXAMPLES[channel] ?? []).filter(([by]) => by === "you");
  for (const [, frame] of sent("trading")) expect(tradingMessage.safeParse(JSON.parse(frame)).error).toBeUndefined();
  for (const [, frame] of sent("data")) expect(dataMessage.safeParse(JSON.parse(frame)).error).toBeUndefined();
  expect([sent("trading").length, sent("data").length]).toEqual([2, 2]);
});

test("DV-10: rebuilding an unchanged site writes no file, so that a running exchange keeps its sockets", () => {
  buildSite();
  const files = [...siteFiles().keys()].map((file) => join(ROOT, "workers", "gateway", "site", file));
  const times = () => files.map((file) => statSync(file, { bigint: true }).mtimeNs);
  const before = times();
  buildSite();
  expect(times()).toEqual(before);
  const dir = mkdtempSync(join(tmpdir(), "exchange-site-"));
  const file = join(dir, "new", "file");
  expect([writeChanged(file, "a"), writeChanged(file, "a"), writeChanged(file, "b")]).toEqual([true, false, true]);
  expect(readFileSync(file, "utf8")).toBe("b");
  rmSync(dir, { recursive: true });
});

test("DV-4: a read-only checkout fails with one sentence", () => {
  const dir = mkdtempSync(join(tmpdir(), "exchange-site-"));
  mkdirSync(join(dir, "readonly"));
  for (const [folder, mode] of [
    [dir, 0o755],
    [join(dir, "readonly"), 0o555],
  ] as const)
    chmodSync(folder, mode);
  const root = process.getuid?.() === 0;
  // Root may write anywhere.
  if (root) process.seteuid?.(65_534);
  let said: string | null = null;
  try {
    writeChanged(join(dir, "readonly", "docs", "page.html"), "text");
  } catch (error) {
    said = whyNotWritten(error, dir);
  } finally {
    if (root) process.seteuid?.(0);
  }
  expect(said).toMatch(/^No permission to write in .+: copy the project to a folder that you may write to\.$/);
  expect(whyNotWritten(new Error("something else"), dir)).toBeNull();
  rmSync(dir, { recursive: true });
});
