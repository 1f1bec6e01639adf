/**
 * Runs every check and test: `npm test`. What starts whole exchanges mostly waits, so the checks and the tests that only
 * compute run beside it, at a lower priority: they take the processor time that is left. The output of these is shown
 * when they have ended, and the last lines name the tests that failed and count those of all.
 */
import { spawn } from "node:child_process";
import { FAILED } from "./reporter.ts";

/** Far enough below the others that these do not notice. */
const NICE = ["nice", "-n", "10"];
const vitest = (...projects: readonly string[]): readonly string[] => [
  "node_modules/.bin/vitest",
  "run",
  ...projects.flatMap((project) => ["--project", project]),
];

/** One after the other. The terminal has an exchange of its own, whose demo would trade beside the other tests. */
const FRONT = [vitest("terminal"), vitest("object", "relay", "system", "alone")];
const BEHIND = [["npm", "run", "check"], vitest("pure", "unit")].map((command) => NICE.concat(command));

const COUNT = /^(\d+) passed, (\d+) failed(?:, (\d+) skipped)?$/gm;

interface Outcome {
  readonly isGood: boolean;
  readonly text: string;
}

/** Runs a command to its end; its output is printed at once, or only kept. */
function run([command = "", ...args]: readonly string[], shown: boolean): Promise<Outcome> {
  const child = spawn(command, args, { stdio: ["ignore", "pipe", "pipe"] });
  const parts: Buffer[] = [];
  for (const [from, to] of [
    [child.stdout, process.stdout],
    [child.stderr, process.stderr],
  ] as const) {
    from.on("data", (part: Buffer) => {
      parts.push(part);
      if (shown) to.write(part);
    });
  }
  return new Promise((resolve) => {
    const ended = (isGood: boolean): void => resolve({ isGood, text: Buffer.concat(parts).toString() });
    child.once("error", (error) => {
      parts.push(Buffer.from(`${command}: ${error.message}\n`));
      ended(false);
    });
    child.once("close", (code) => ended(code === 0));
  });
}

async function runAll(commands: readonly (readonly string[])[], shown: boolean): Promise<Outcome[]> {
  const outcomes: Outcome[] = [];
  for (const command of commands) outcomes.push(await run(command, shown));
  return outcomes;
}

const behind = runAll(BEHIND, false);
const front = await runAll(FRONT, true);
const later = await behind;
for (const { text } of later) process.stdout.write(text);

const outcomes = [...front, ...later];
const failed = outcomes.flatMap(({ text }) => text.split("\n").filter((line) => line.startsWith(FAILED)));
const sum = [0, 0, 0];
for (const { text } of outcomes) {
  // The count of a run is its last line; what tests print may look like one.
  const [, ...counts] = [...text.matchAll(COUNT)].at(-1) ?? [];
  counts.forEach((count, nth) => (sum[nth] = (sum[nth] ?? 0) + Number(count ?? 0)));
}
const [passed, failures = 0, skipped = 0] = sum;
// A check that fails, or a run that ends without a count, is one that failed.
const others = failures > 0 ? 0 : outcomes.filter(({ isGood }) => !isGood).length;
process.exitCode = failures + others > 0 ? 1 : 0;
for (const line of failed) process.stdout.write(`\n${line}`);
process.stdout.write(`\n${passed} passed, ${failures + others} failed${skipped === 0 ? "" : `, ${skipped} skipped`}\n`);
