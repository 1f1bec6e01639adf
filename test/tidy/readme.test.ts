/** What the README says can be typed exists; test/system/readme.test.ts runs it. */
import { existsSync, readFileSync, readdirSync } from "node:fs";
import { dirname, join } from "node:path";
import { expect, test } from "vitest";
import { WRANGLER_DEV } from "../../dev/wranglerStart.ts";
import { dataMessage } from "../../protocol/stream/data.ts";
import { tradingMessage } from "../../protocol/stream/trading.ts";
import { isCommands, readmeBlocks, readmeProse } from "../readme.ts";
import { ROOT } from "./sources.ts";

const blocks = readmeBlocks();
const { scripts } = JSON.parse(readFileSync(join(ROOT, "package.json"), "utf8")) as { scripts: Record<string, string> };

const docs = readdirSync(join(ROOT, "docs"))
  .filter((name) => name.endsWith(".md"))
  .map((name) => readFileSync(join(ROOT, "docs", name), "utf8"));

/** Every `npm run …`, in blocks and in the text, without what follows as a comment. */
const commands = [
  ...blocks.filter(isCommands).flatMap(({ text }) => text.trim().split("\n")),
  ...[readmeProse(), ...docs].flatMap((text) =>
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

test("DV-14: every command of the README and of docs/ is a script of ours and takes the flags that it is shown with", () => {
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

test("DV-14: every file that a command of the README names is there", () => {
  const named = commands
    .flatMap((command) => command.split(/\s+/))
    .filter((word) => /^[\w./-]+\/[\w.-]+\.(?:gz|csv|toml)$/.test(word));
  expect(named).toContain("ops/replay/sample.csv.gz");
  expect(named.filter((file) => !existsSync(join(ROOT, file)))).toEqual([]);
  expect(blocks.map(({ text }) => text.trim())).toContain(WRANGLER_DEV);
});

test("DV-14: every frame of the README is one that its stream takes", () => {
  const frames = blocks
    .filter(({ language }) => language === "json")
    .map(({ text }) => JSON.parse(text) as { action: string });
  expect(frames.length).toBeGreaterThan(2);
  for (const frame of frames) {
    const schema = frame.action === "listen" ? tradingMessage : dataMessage;
    expect(schema.safeParse(frame).error, JSON.stringify(frame)).toBeUndefined();
  }
});

test("DV-14: every block of the README is of a kind that is tested", () => {
  expect([...new Set(blocks.map(({ language }) => language))].sort((a, b) => (a < b ? -1 : 1))).toEqual([
    "",
    "js",
    "json",
    "sh",
    "sql",
  ]);
});
