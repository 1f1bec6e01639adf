import { afterAll, beforeAll, expect, test } from "vitest";
import { startTestDatabase } from "../dev/testing.ts";
import type { TestDatabase } from "../dev/testing.ts";
import { openAccountTrail } from "./accountTrail.ts";
import { openAuditDatabase } from "./auditWriter.ts";
import { auditBatch, auditRecord, GENESIS } from "./testing.ts";

let postgres: TestDatabase;
beforeAll(async () => void (postgres = await startTestDatabase()), 60_000);
afterAll(() => postgres.close());

test("PV-14: the events of an account are found in PostgreSQL, page by page, and nobody else's", async () => {
  const [mine, other] = [crypto.randomUUID(), crypto.randomUUID()];
  const records = [mine, other, mine, mine].map((accountId, n) => ({ ...auditRecord("deposit", { n }), accountId }));
  const batch = auditBatch(0, GENESIS, records);
  await openAuditDatabase(postgres.writerUrl, postgres.fetchEndpoint).append(batch);
  const trail = openAccountTrail(postgres.writerUrl, postgres.fetchEndpoint);
  const first = await trail.events(0, mine, 0, 2);
  expect(first.map(({ seq }) => seq)).toEqual([1, 3]);
  expect((await trail.events(0, mine, 3, 2)).map(({ seq }) => seq)).toEqual([4]);
  expect(await trail.events(1, mine, 0, 2)).toEqual([]);
  expect(batch.lines).toContain(first[1]?.line);
});
