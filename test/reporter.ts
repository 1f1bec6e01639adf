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
 * Prints the tables of tests, and then the closing line of a run, `N passed, N failed` (and `, N skipped`), as the last
 * thing the process says, so that people and machines find it at the end of any log. A file that could not run and an
 * error outside a test count as failed.
 */
export default class ClosingLine implements Reporter {
  onTestRunEnd(modules: readonly TestModule[], errors: readonly unknown[]): void {
    const line = closingLine(modules, errors.length);
    const tables = modules.flatMap((module) =>
      [...module.children.allTests()].flatMap((test) => test.meta().table ?? []),
    );
    process.once("exit", () => process.stdout.write([...tables, line].map((text) => `${text}\n`).join("\n")));
  }
}

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
