import type { Reporter, TestModule } from "vitest/node";

interface Count {
  passed: number;
  failed: number;
  skipped: number;
}

declare module "vitest" {
  interface TaskMeta {
    /** A table that the test has made of what it saw: printed at the end of the run, also when all tests pass. */
    table?: string;
  }
}

/**
 * Prints the tables of tests, a line for each that failed, and then the closing line of a run, `N passed, N failed`
 * (and `, N skipped`), as the last thing the process says, so that people and machines find it at the end of any log. A
 * file that could not run and an error outside a test count as failed.
 */
export default class ClosingLine implements Reporter {
  onTestRunEnd(modules: readonly TestModule[], errors: readonly unknown[]): void {
    const line = closingLine(modules, errors.length);
    const tables = modules.flatMap((module) =>
      [...module.children.allTests()].flatMap((test) => test.meta().table ?? []),
    );
    const texts = [...tables, failures(modules).join("\n"), line].filter((text) => text !== "");
    process.once("exit", () => process.stdout.write(texts.map((text) => `${text}\n`).join("\n")));
  }
}

/** What a line of a failed test begins with. */
export const FAILED = "FAILED ";

/** The text of the closing line. */
export function closingLine(modules: readonly TestModule[], unhandledErrors: number): string {
  const total: Count = { passed: 0, failed: unhandledErrors, skipped: 0 };
  for (const module of modules) {
    const count = countTests(module);
    total.passed += count.passed;
    total.skipped += count.skipped;
    total.failed += count.failed === 0 && module.state() === "failed" ? 1 : count.failed;
  }
  const skipped = total.skipped === 0 ? "" : `, ${total.skipped} skipped`;
  return `${total.passed} passed, ${total.failed} failed${skipped}`;
}

/** A line for each test that failed, and for each file that could not run: its file, its name, and the first line of why. */
export function failures(modules: readonly TestModule[]): string[] {
  return modules.flatMap((module) => {
    const failed = [...module.children.allTests("failed")].map(
      (test) => `${test.fullName}: ${firstLine(test.result().errors?.[0]?.message)}`,
    );
    if (failed.length === 0 && module.state() === "failed") failed.push(firstLine(module.errors()[0]?.message));
    return failed.map((why) => `${FAILED}${module.relativeModuleId} > ${why}`);
  });
}

function firstLine(message = "without a message"): string {
  return message.split("\n", 1)[0] ?? "";
}

function countTests(module: TestModule): Count {
  const count: Count = { passed: 0, failed: 0, skipped: 0 };
  for (const test of module.children.allTests()) {
    const { state } = test.result();
    if (state === "passed") count.passed++;
    else if (state === "failed") count.failed++;
    else count.skipped++;
  }
  return count;
}
