/** Events and batches for tests of the audit trail. */
import { auditLine, FIELD_SEPARATOR, LINE_SEPARATOR } from "../protocol/audit/line.ts";
import type { AuditRecord } from "../domain/account/state/events.ts";
import { chainHashHex, GENESIS_HEX } from "./auditChain.ts";
import type { AuditBatch, ChainPosition } from "./auditWriter.ts";

/** The position before the first event of a new shard. */
export const GENESIS: ChainPosition = { seq: 0, hash: GENESIS_HEX };

/** An event of a random account. */
export function auditRecord(
  action: string,
  body: Record<string, unknown>,
  more: Partial<AuditRecord> = {},
): AuditRecord {
  return {
    eventId: crypto.randomUUID(),
    at: 1_760_000_000_123,
    userId: crypto.randomUUID(),
    accountId: crypto.randomUUID(),
    action,
    resource: "order/1",
    result: "ok",
    ip: "127.0.0.1",
    userAgent: "test",
    requestId: "r1",
    body,
    before: null,
    after: null,
    ...more,
  };
}

/** The batch of these events for a shard whose chain ends at `after`. */
export function auditBatch(shard: number, after: ChainPosition, records: readonly AuditRecord[]): AuditBatch {
  let last = after;
  const lines = records.map((record) => {
    const line = auditLine(shard, last.seq + 1, record);
    last = { seq: last.seq + 1, hash: chainHashHex(last.hash, line) };
    return `${line}${FIELD_SEPARATOR}${last.hash}`;
  });
  return { shard, after, last, lines: lines.join(LINE_SEPARATOR) };
}
