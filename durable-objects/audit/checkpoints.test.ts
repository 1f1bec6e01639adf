import { generateKeyPairSync } from "node:crypto";
import { compactVerify, importJWK } from "jose";
import type { JWK } from "jose";
import { beforeEach, describe, expect, test } from "vitest";
import { sha256Hex } from "../../db/auditChain.ts";
import type { ChainPosition, StoredCheckpoint } from "../../db/auditWriter.ts";
import { GENESIS } from "../../db/testing.ts";
import { CHECKPOINT_TYPE, checkpointClaims } from "../../protocol/audit/checkpoint.ts";
import { NodeStorage } from "../../test/simulation/nodeStorage.ts";
import { CheckpointStore } from "./checkpointStore.ts";
import { CHECKPOINT_MS, Checkpoints } from "./checkpoints.ts";
import { openSigner } from "./signer.ts";

const KEY = JSON.stringify({
  ...generateKeyPairSync("ec", { namedCurve: "P-256" }).privateKey.export({ format: "jwk" }),
  kid: "k1",
});
const place = (seq: number): ChainPosition => ({ seq, hash: sha256Hex(String(seq)) });

let now: number;
let drained: ChainPosition | null;
/** The head of the chain in PostgreSQL. */
let head: (ChainPosition & { rowHash: string | null }) | null;
let away: boolean;
let armed: number[];
let log: string[];
let alert: string | null;
let sent: StoredCheckpoint[];
let months: number[];
let key: string;
let store: CheckpointStore;
let checkpoints: Checkpoints;

beforeEach(() => {
  now = 1_760_000_000_000;
  [drained, head, away, key, alert] = [null, null, false, KEY, null];
  [armed, log, sent, months] = [[], [], [], []];
  store = new CheckpointStore(new NodeStorage(() => undefined));
  checkpoints = restart();
});

function restart(): Checkpoints {
  const reachable = <T>(value: T): Promise<T> => (away ? Promise.reject(new Error("away")) : Promise.resolve(value));
  return new Checkpoints({
    shard: 7,
    store,
    signer: () => openSigner(key),
    drained: () => drained,
    head: () => reachable(head),
    send: (kept) => reachable(kept).then((all) => void sent.push(...all)),
    ensureMonths: () => reachable(now).then((at) => void months.push(at)),
    now: () => now,
    armBy: (waitMs) => armed.push(waitMs),
    log: (...[event]) => void log.push(event),
    reportFinding: (kind) => (alert = kind),
  });
}

function moveTo(seq: number): void {
  drained = place(seq);
  head = { ...place(seq), rowHash: place(seq).hash };
}

async function claims({ jws }: StoredCheckpoint) {
  const [publicKey] = store.keys();
  const { payload, protectedHeader } = await compactVerify(jws, await importJWK(publicKey as JWK, "ES256"));
  expect(protectedHeader).toEqual({ alg: "ES256", kid: "k1", typ: CHECKPOINT_TYPE });
  return checkpointClaims.parse(JSON.parse(new TextDecoder().decode(payload)));
}

describe("AU-6: checkpoints", () => {
  test("name the head of the chain, each with the digest of the previous one, and verify with the published key", async () => {
    moveTo(5);
    await checkpoints.signIfDue();
    now += CHECKPOINT_MS;
    moveTo(9);
    await checkpoints.signIfDue();
    const [second, first] = store.newest(10);
    if (first === undefined || second === undefined) throw new Error("two are missing");
    const at = now - CHECKPOINT_MS;
    expect(await claims(first)).toEqual({ shard: 7, ...place(5), at, previous: null });
    expect(await claims(second)).toEqual({ shard: 7, ...place(9), at: now, previous: sha256Hex(first.jws) });
    expect(sent).toEqual([first, second]);
    expect(store.keys()).toEqual([
      { kty: "EC", crv: "P-256", x: expect.any(String), y: expect.any(String), kid: "k1", alg: "ES256", use: "sig" },
    ]);
  });

  test("are made when the chain has grown, at most once a minute; an alarm is set for the next", async () => {
    expect(checkpoints.due).toBe(false);
    drained = GENESIS;
    expect(checkpoints.due).toBe(false);
    await checkpoints.signIfDue();
    expect(armed).toEqual([]);
    moveTo(1);
    expect(checkpoints.due).toBe(true);
    await checkpoints.signIfDue();
    expect(checkpoints.due).toBe(false);
    armed = [];
    moveTo(2);
    now += 20_000;
    for (const each of [checkpoints, restart()]) {
      expect(each.due).toBe(false);
      await each.signIfDue();
    }
    expect(armed).toEqual([40_000, 40_000]);
    expect(store.newest(9)).toHaveLength(1);
    now += 40_000;
    expect(restart().due).toBe(true);
    await restart().signIfDue();
    expect(store.newest(9).map(({ seq }) => seq)).toEqual([2, 1]);
  });

  test("that could not be sent are sent later, in order", async () => {
    moveTo(1);
    const settling = checkpoints.signIfDue();
    away = true;
    await settling;
    expect([store.unsent.map(({ seq }) => seq), sent]).toEqual([[1], []]);
    expect([armed, checkpoints.due]).toEqual([[CHECKPOINT_MS], false]);
    moveTo(2);
    now += CHECKPOINT_MS;
    away = false;
    await restart().signIfDue();
    expect([store.unsent, sent.map(({ seq }) => seq)]).toEqual([[], [1, 2]]);
  });

  test("are retried after a minute, and not before, when something fails", async () => {
    key = "{}";
    moveTo(1);
    await checkpoints.signIfDue();
    expect([log, store.last, checkpoints.due]).toEqual([["audit.checkpoint_failed"], null, false]);
    key = KEY;
    now += CHECKPOINT_MS;
    expect(checkpoints.due).toBe(true);
    await checkpoints.signIfDue();
    expect([store.last?.seq, armed]).toEqual([1, [CHECKPOINT_MS, CHECKPOINT_MS]]);
  });

  test("create the partitions of coming months once a day", async () => {
    for (let hour = 0; hour < 49; hour++) {
      moveTo(hour + 1);
      await checkpoints.signIfDue();
      now += 3_600_000;
    }
    expect(months.length).toBe(3);
    expect(new Set(months.map((at) => Math.floor(at / 86_400_000))).size).toBe(months.length);
  });
});

describe("AU-7: the head in PostgreSQL is compared before it is signed", () => {
  const wrong: [string, () => void][] = [
    ["another end", () => (head = { ...place(4), rowHash: place(4).hash })],
    ["another hash at the end", () => (head = { ...place(5), hash: place(4).hash, rowHash: place(4).hash })],
    ["no end at all", () => (head = null)],
    ["an end whose event has gone", () => (head = { ...place(5), rowHash: null })],
    ["an end whose event was changed", () => (head = { ...place(5), rowHash: place(4).hash })],
  ];
  test.each(wrong)("%s is an alert and is not signed, until it is right again", async (_, make) => {
    moveTo(5);
    make();
    for (let minute = 0; minute < 3; minute++) {
      expect(checkpoints.due).toBe(true);
      await checkpoints.signIfDue();
      expect([alert, store.last, checkpoints.due]).toEqual(["audit_watermark_differs", null, false]);
      now += CHECKPOINT_MS;
    }
    moveTo(6);
    await checkpoints.signIfDue();
    expect([alert, store.last?.seq]).toEqual([null, 6]);
  });
});

test("AU-6: an invalid key is refused, and the message does not contain it", () => {
  for (const text of ["", "secret", JSON.stringify({ kty: "EC", crv: "P-256", d: "secret" })]) {
    expect(() => openSigner(text)).toThrow("AUDIT_SIGNING_KEY is not a private P-256 key as JWK with a kid");
  }
});
