/** What the README and the guides say can be typed exists; test/system/guides.test.ts runs it. */
import { spawnSync } from "node:child_process";
import { existsSync, readFileSync, readdirSync } from "node:fs";
import { dirname, join, posix } from "node:path";
import { expect, test } from "vitest";
import type { ZodType } from "zod";
import { WRANGLER_DEV } from "../../dev/wranglerStart.ts";
import { LOG_EVENTS } from "../../protocol/log/events.ts";
import { dataMessage } from "../../protocol/stream/data.ts";
import { orderEntryRequest } from "../../protocol/stream/orderEntrySchemas.ts";
import { tradingMessage } from "../../protocol/stream/trading.ts";
import { guideBlocks, guideProse, isCommands } from "../guides.ts";
import { ROOT, readSources } from "./sources.ts";

const COLUMNS_MAX = 120;
const exampleNames = (): string[] => readdirSync(join(ROOT, "examples")).map((name) => `examples/${name}`);

const blocks = guideBlocks();
const { scripts } = JSON.parse(readFileSync(join(ROOT, "package.json"), "utf8")) as { scripts: Record<string, string> };

const docs = readdirSync(join(ROOT, "docs"))
  .filter((name) => name.endsWith(".md"))
  .map((name) => readFileSync(join(ROOT, "docs", name), "utf8"));

/** Pages that people wrote or that a generator of ours writes. */
const pages = [
  ...readdirSync(ROOT).filter((name) => name.endsWith(".md")),
  ...readdirSync(join(ROOT, "docs"))
    .filter((name) => name.endsWith(".md"))
    .map((name) => `docs/${name}`),
].map((path) => ({ path, text: readFileSync(join(ROOT, path), "utf8") }));

/** Every `npm run …`, in blocks and in the text, without what follows as a comment. */
const commands = [
  ...blocks.filter(isCommands).flatMap(({ text }) => text.trim().split("\n")),
  ...[guideProse(), ...docs].flatMap((text) =>
    [...text.matchAll(/`([^`\n]*npm run [^`\n]+)`/g)].map((match) => match[1] ?? ""),
  ),
].map((line) => line.replace(/\s+#.*$/, ""));

/** The text of a script's own file and of what it imports beside it. */
function sourceOf(script: string): string {
  const file = script.split(/\s+/).find((word) => /^[\w/]+\.ts$/.test(word));
  if (file === undefined) return "";
  const text = readFileSync(join(ROOT, file), "utf8");
  const beside = [...text.matchAll(/from "(\.\/\w+\.ts)"/g)].map((match) => join(ROOT, dirname(file), match[1] ?? ""));
  return [text, ...beside.map((path) => readFileSync(path, "utf8"))].join("\n");
}

test("DV-14: every command of the guides and of docs/ is a script of ours and takes the flags that it is shown with", () => {
  const wrong = commands.flatMap((command) => {
    const [, name = "", args = ""] = /npm run ([\w:]+)(?: -- (.*))?$/.exec(command) ?? [];
    if (name === "") return /npm (?:ci|test)\b|npx wrangler dev/.test(command) ? [] : [`${command}: not understood`];
    const script = scripts[name];
    if (script === undefined) return [`${command}: no script ${name}`];
    const source = sourceOf(script);
    const flags = [...args.matchAll(/--([\w-]+)/g)].map((match) => match[1] ?? "");
    return flags
      .filter((flag) => !new RegExp(`"?${flag}"?: \\{ type:`).test(source))
      .map((flag) => `${command}: no --${flag}`);
  });
  expect(commands.length).toBeGreaterThan(25);
  expect(wrong).toEqual([]);
});

test("DV-14: every file that a command of the guides names is there", () => {
  const named = commands
    .flatMap((command) => command.split(/\s+/))
    .filter((word) => /^[\w./-]+\/[\w.-]+\.(?:gz|csv|toml)$/.test(word));
  expect(named).toContain("ops/replay/sample.csv.gz");
  expect(named.filter((file) => !existsSync(join(ROOT, file)))).toEqual([]);
  expect(blocks.map(({ text }) => text.trim())).toContain(WRANGLER_DEV);
});

test("DV-14: every frame of the guides is one that its stream takes", () => {
  const frames = blocks
    .filter(({ language }) => language === "json")
    .map(({ text }) => JSON.parse(text) as { action: string });
  expect(frames.length).toBeGreaterThan(2);
  for (const frame of frames) {
    const schemas: Readonly<Record<string, ZodType>> = {
      listen: tradingMessage,
      subscribe: dataMessage,
      credit: dataMessage,
      orders: orderEntryRequest,
    };
    const schema = schemas[frame.action] ?? orderEntryRequest;
    expect(schema.safeParse(frame).error, JSON.stringify(frame)).toBeUndefined();
  }
});

test("DV-14: every block of the guides is of a kind that is tested", () => {
  expect([...new Set(blocks.map(({ language }) => language))].sort((a, b) => (a < b ? -1 : 1))).toEqual([
    "",
    "json",
    "mermaid",
    "sh",
    "sql",
  ]);
});

test("DV-14: examples are started with the project's own Node, and say so under one that is too old", () => {
  const started = pages.flatMap(({ text }) =>
    [...text.matchAll(/(?:npx )?node examples\/\w+\.mjs/g)].map(([line]) => line),
  );
  expect(started.length).toBeGreaterThan(0);
  expect(started.filter((line) => !line.startsWith("npx "))).toEqual([]);
  for (const name of [
    "examples/bot.mjs",
    "examples/depth.mjs",
    "examples/marketMaker.mjs",
    "examples/resume.mjs",
    "examples/orderEntry.mjs",
  ]) {
    const args = ["--no-experimental-websocket", name];
    const { status, stderr } = spawnSync(process.execPath, args, { cwd: ROOT, encoding: "utf8" });
    expect([name, status, stderr]).toEqual([name, 1, expect.stringContaining('start them with "npx node"')]);
  }
});

test("DV-14: every log event that the guides quote can be logged", () => {
  const quoted = pages.flatMap(({ text }) =>
    [...text.matchAll(/[Ll]og (?:says|repeats)\s`([\w.]+)`/g)].map(([, name = ""]) => name),
  );
  expect(quoted.length).toBeGreaterThan(1);
  expect(quoted.filter((name) => !(name in LOG_EVENTS))).toEqual([]);
});

test("a diagram has no semicolon, which Mermaid reads as the end of a statement", () => {
  const diagrams = pages.flatMap(({ path, text }) =>
    [...text.matchAll(/^```mermaid\n([\s\S]*?)^```$/gm)].map(([, diagram = ""]) => ({ path, diagram })),
  );
  expect(diagrams.length).toBeGreaterThan(8);
  expect(diagrams.flatMap(({ path, diagram }) => (diagram.includes(";") ? [path] : []))).toEqual([]);
});

test("the README is short: a newcomer reads it in one go", () => {
  const lines = readFileSync(join(ROOT, "README.md"), "utf8").trimEnd().split("\n");
  expect(lines.length).toBeLessThan(120);
});

test("no line of Markdown is longer than 120 columns", () => {
  const long = pages.flatMap(({ path, text }) =>
    text.split("\n").flatMap((line, index) => (line.length > COLUMNS_MAX ? [`${path}:${index + 1}`] : [])),
  );
  expect(long).toEqual([]);
});

test("every link of a page to a file or heading of ours leads somewhere", () => {
  const broken = pages.flatMap(({ path, text }) =>
    [...text.matchAll(/\]\(((?!https?:|mailto:)[^)#\s]*)(?:#([\w-]+))?\)/g)].flatMap(([link, file = "", anchor]) => {
      const target = file === "" ? path : posix.normalize(posix.join(dirname(path), file));
      if (!existsSync(join(ROOT, target))) return [`${path}: ${link}`];
      if (anchor === undefined) return [];
      const headings = [...readFileSync(join(ROOT, target), "utf8").matchAll(/^#+ (.+)$/gm)].map(([, heading = ""]) =>
        heading
          .toLowerCase()
          .replaceAll(/[^\w\s-]/g, "")
          .trim()
          .replaceAll(/\s/g, "-"),
      );
      const named = [...readFileSync(join(ROOT, target), "utf8").matchAll(/<a id="([\w-]+)"/g)].map(([, id]) => id);
      return [...headings, ...named].includes(anchor) ? [] : [`${path}: ${link}`];
    }),
  );
  expect(broken).toEqual([]);
});

test("every source file that a page names is there", () => {
  const paths = [...readSources().map(({ path }) => path), ...exampleNames()];
  const missing = pages.flatMap(({ path, text }) =>
    [...text.matchAll(/`([\w./-]+\.(?:ts|mjs))`/g)].flatMap(([, name = ""]) =>
      paths.some((known) => known === name || known.endsWith(`/${name}`)) ? [] : [`${path}: ${name}`],
    ),
  );
  expect(missing).toEqual([]);
});
