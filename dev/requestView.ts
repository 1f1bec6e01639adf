/** `npm run dev -- --requests`: prints each request in the exchange's log as one plain line. */
import { closeSync, openSync, readSync, statSync } from "node:fs";
import * as z from "zod";

const POLL_MS = 200;
const CHUNK_BYTES = 65_536;

const Request = z.object({
  event: z.literal("request"),
  method: z.string(),
  path: z.string(),
  status: z.number(),
  ms: z.number(),
  requestId: z.string(),
  accountId: z.string().optional(),
});

/** The plain line of a logged request: `POST /v2/orders 200 12 ms, account …, request …`; null for other log lines. */
export function requestLine(line: string): string | null {
  const from = line.indexOf('{"source"');
  if (from < 0) return null;
  let value: unknown;
  try {
    value = JSON.parse(line.slice(from));
  } catch {
    return null;
  }
  const read = Request.safeParse(value);
  if (!read.success) return null;
  const { method, path, status, ms, requestId, accountId } = read.data;
  const account = accountId === undefined ? "" : `, account ${accountId}`;
  return `${method} ${path} ${status} ${ms} ms${account}, request ${requestId}`;
}

/** Prints every request that is logged from now on. Returns the function that ends it. */
export function followRequests(logFile: string, print: (line: string) => void): () => void {
  let at = sizeOf(logFile);
  let rest = "";
  const timer = setInterval(() => {
    const lines = (rest + readFrom(logFile, at, (through) => (at = through))).split("\n");
    rest = lines.pop() ?? "";
    for (const line of lines) {
      const plain = requestLine(line);
      if (plain !== null) print(plain);
    }
  }, POLL_MS);
  return () => clearInterval(timer);
}

function sizeOf(file: string): number {
  return statSync(file, { throwIfNoEntry: false })?.size ?? 0;
}

function readFrom(file: string, at: number, moved: (through: number) => void): string {
  const size = sizeOf(file);
  if (size <= at) return "";
  const length = Math.min(CHUNK_BYTES, size - at);
  const bytes = Buffer.alloc(length);
  const handle = openSync(file, "r");
  const read = readSync(handle, bytes, 0, length, at);
  closeSync(handle);
  moved(at + read);
  // Byte offsets equal character offsets: the fields that are printed are ASCII.
  return bytes.toString("latin1", 0, read);
}
