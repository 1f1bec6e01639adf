import { appendFileSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test, vi } from "vitest";
import { logText } from "../protocol/log/logText.ts";
import { followRequests, requestLine } from "./requestView.ts";

const facts = { requestId: "r1", method: "POST", path: "/v2/orders", status: 200, ms: 12, accountId: "a1" };
const line = logText("gateway", "request", facts);

test("DV-11: a request is printed as one plain line; other lines of the log are not printed", () => {
  expect(requestLine(line)).toBe("POST /v2/orders 200 12 ms, account a1, request r1");
  expect(requestLine(`[wrangler] ${line}`)).toBe("POST /v2/orders 200 12 ms, account a1, request r1");
  expect(requestLine(logText("gateway", "request", { ...facts, accountId: undefined }))).toBe(
    "POST /v2/orders 200 12 ms, request r1",
  );
  for (const other of ["", "ready", '{"source":', logText("x", "internal", { requestId: "r1" })]) {
    expect(requestLine(other)).toBeNull();
  }
});

test("DV-11: each logged request is printed once and completely", async () => {
  const dir = mkdtempSync(join(tmpdir(), "exchange-requests-"));
  const file = join(dir, "exchange.log");
  appendFileSync(file, `${line}\n`);
  const shown: string[] = [];
  const stop = followRequests(file, (text) => shown.push(text));
  appendFileSync(file, `something else\n${line}\n${line.slice(0, 20)}`);
  await vi.waitFor(() => expect(shown).toHaveLength(1), { timeout: 5_000 });
  appendFileSync(file, `${line.slice(20)}\n`);
  await vi.waitFor(() => expect(shown).toHaveLength(2), { timeout: 5_000 });
  expect(new Set(shown).size).toBe(1);
  stop();
  rmSync(dir, { recursive: true });
});
