import { afterAll, beforeAll, expect, test } from "vitest";
import { startTestDatabase } from "../dev/testing.ts";
import type { TestDatabase } from "../dev/testing.ts";
import type { TrailFilter } from "../protocol/rpc/trailSearch.ts";
import { openAuditDatabase } from "./auditWriter.ts";
import { auditBatch, auditRecord, GENESIS } from "./testing.ts";
import { openTrailSearch } from "./trailSearch.ts";
import { fieldsOf } from "./verify/rows.ts";

let postgres: TestDatabase;
beforeAll(async () => void (postgres = await startTestDatabase()), 60_000);
afterAll(() => postgres.close());

const ALL: TrailFilter = {
  accountId: null,
  orderId: null,
  actorId: null,
  action: null,
  since: null,
  until: null,
  after: null,
  limit: 10,
};

test("AU-27: events of all shards are found by account, order, actor, action and time, newest first", async () => {
  const [mine, other, order, actor] = Array.from({ length: 4 }, () => crypto.randomUUID());
  if (mine === undefined || other === undefined || actor === undefined) throw new Error("no ids");
  const at = Date.parse("2026-11-30T12:00:00Z");
  const acted = { userId: actor, credentialKind: "session", credentialId: "s" } as const;
  const records = [
    { ...auditRecord("deposit", {}), accountId: mine, at },
    { ...auditRecord("order.accepted", {}), accountId: mine, at: at + 1, resource: `order/${order}`, actor: acted },
    { ...auditRecord("order.filled", {}), accountId: mine, at: at + 2, resource: `order/${order}` },
    { ...auditRecord("order.accepted", {}), accountId: other, at: at + 3 },
  ];
  const database = openAuditDatabase(postgres.writerUrl, postgres.fetchEndpoint);
  await database.append(auditBatch(0, GENESIS, records.slice(0, 3)));
  await database.append(auditBatch(1, GENESIS, records.slice(3)));
  const trail = openTrailSearch(postgres.writerUrl, postgres.fetchEndpoint);
  const found = async (filter: Partial<TrailFilter>) =>
    (await trail.search({ ...ALL, ...filter }))?.map(({ line }) => {
      const field = fieldsOf(line);
      return `${field("shard")}.${field("seq")}`;
    });

  expect(await found({})).toEqual(["1.1", "0.3", "0.2", "0.1"]);
  expect(await found({ accountId: mine })).toEqual(["0.3", "0.2", "0.1"]);
  expect(await found({ orderId: order ?? "" })).toEqual(["0.3", "0.2"]);
  expect(await found({ actorId: actor })).toEqual(["0.2"]);
  expect(await found({ action: "order." })).toEqual(["1.1", "0.3", "0.2"]);
  expect(await found({ action: "order.accepted" })).toEqual(["1.1", "0.2"]);
  expect(await found({ since: at + 1, until: at + 3 })).toEqual(["0.3", "0.2"]);
  expect(await found({ limit: 2 })).toEqual(["1.1", "0.3"]);
  expect(await found({ after: { at: at + 2, shard: 0, seq: 3 }, limit: 2 })).toEqual(["0.2", "0.1"]);
});
