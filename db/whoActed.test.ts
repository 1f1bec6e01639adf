/** The queries of docs/operate.md, as an auditor runs them. */
import { randomUUID } from "node:crypto";
import { readFileSync } from "node:fs";
import pg from "pg";
import { afterAll, beforeAll, expect, test } from "vitest";
import { startTestDatabase, type TestDatabase } from "../dev/testing.ts";
import type { Actor } from "../domain/actor.ts";
import { credentialDigestOf } from "../workers/gateway/credentialDigest.ts";
import { openAuditDatabase } from "./auditWriter.ts";
import { auditBatch, auditRecord, GENESIS } from "./testing.ts";

const GUIDE = readFileSync(new URL("../docs/operate.md", import.meta.url), "utf8");
const KEY_ID = `PK${"A".repeat(20)}BCDEFG`;

let postgres: TestDatabase;
let auditor: pg.Client;

beforeAll(async () => {
  postgres = await startTestDatabase();
  const owner = new pg.Client(postgres.url);
  await owner.connect();
  await owner.query("create role guide login password 'guide' in role exchange_auditor");
  await owner.end();
  auditor = new pg.Client(Object.assign(new URL(postgres.url), { username: "guide", password: "guide" }).href);
  await auditor.connect();
}, 60_000);

afterAll(async () => {
  await auditor.end();
  await postgres.close();
});

/** The guide's query that has this text in it, with its placeholders filled. */
async function ask(about: string, filled: Readonly<Record<string, string>>): Promise<unknown[]> {
  const query = [...GUIDE.matchAll(/```sql\n(.*?)```/gs)]
    .map(([, text = ""]) => text)
    .find((text) => text.includes(about));
  const text = Object.entries(filled).reduce((sql, [name, value]) => sql.replaceAll(`<${name}>`, value), query ?? "");
  return (await auditor.query(text)).rows;
}

test("AU-25: one query says which key placed an order, also one that replaces another; and another what a key has done", async () => {
  const [owner, accountId] = [randomUUID(), randomUUID()];
  const key: Actor = { userId: owner, credentialKind: "api_key", credentialId: KEY_ID };
  const session: Actor = { userId: owner, credentialKind: "session", credentialId: randomUUID() };
  const [placed, replaced, old] = [randomUUID(), randomUUID(), randomUUID()];
  const event = (action: string, orderId: string, actor: Actor | undefined) =>
    auditRecord(
      action,
      { order_id: orderId },
      {
        userId: owner,
        accountId,
        resource: `order/${orderId}`,
        requestId: `${action} ${orderId}`,
        ...(actor === undefined ? {} : { actor }),
      },
    );
  const events = [
    event("order.accepted", placed, key),
    event("order.replace_requested", replaced, session),
    event("order.cancel_requested", placed, session),
    event("order.accepted", old, undefined),
  ];
  await openAuditDatabase(postgres.writerUrl, postgres.fetchEndpoint).append(auditBatch(1, GENESIS, events));
  const about = "order.replace_requested";
  expect(await ask(about, { "order id": placed })).toMatchObject([
    {
      credential_kind: "api_key",
      credential_id: KEY_ID,
      actor_id: owner,
      owner_id: owner,
      request_id: `order.accepted ${placed}`,
    },
  ]);
  expect(await ask(about, { "order id": replaced })).toMatchObject([
    { credential_kind: "session", credential_id: session.credentialId },
  ]);
  expect(await ask(about, { "order id": old })).toMatchObject([{ credential_kind: null, credential_id: null }]);
  expect(await ask("credential_id = ", { "key id": KEY_ID })).toMatchObject([
    { action: "order.accepted", resource: `order/${placed}` },
  ]);
});

test("PV-23: the digest by which a log names a key is what the guide computes", async () => {
  expect(await credentialDigestOf("api_key", "PK1")).toBe("f1dc7a30ae61dd91");
});
