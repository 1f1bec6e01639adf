import { expect, test } from "vitest";
import { auditLine } from "../../protocol/audit/line.ts";
import { chainHashHex } from "../auditChain.ts";
import { auditRecord, GENESIS } from "../testing.ts";
import { ChainVerifier } from "./chain.ts";
import { judgeEnd } from "./end.ts";
import type { StoredEvent } from "./rows.ts";

/** The events of a shard. */
function events(count: number): StoredEvent[] {
  const chain: StoredEvent[] = [];
  let { hash } = GENESIS;
  for (let seq = 1; seq <= count; seq++) {
    const line = auditLine(0, seq, auditRecord("alert", { seq }));
    hash = chainHashHex(hash, line);
    chain.push({ seq, line, hash });
  }
  return chain;
}

test("AU-21: a last event that was altered is one difference, however often its shard is read on", () => {
  const stored = events(3);
  const [head] = stored.slice(-1);
  if (head === undefined) throw new Error("no events");
  stored[2] = { ...head, line: head.line.replace('"seq":3', '"seq":4') };
  const chain = new ChainVerifier(0, GENESIS);
  for (let round = 0; round < 3; round++) {
    for (const event of stored.filter(({ seq }) => seq > chain.readThrough)) chain.add(event);
  }
  expect([chain.readThrough, chain.events]).toEqual([3, 3]);
  judgeEnd(chain, head, { drained: 3, taken: 3 });
  expect(chain.differences).toMatchObject([{ seq: 3, kind: "altered" }]);
});
