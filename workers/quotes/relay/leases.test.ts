import { beforeEach, describe, expect, it } from "vitest";
import type { Principal } from "../../../protocol/auth/principal.ts";
import { Connection } from "./connection.ts";
import { Leases } from "./leases.ts";
import { SUBSCRIBE_TRIES, LEASE_IDLE_MS, LEASE_MS } from "./limits.ts";
import { openSession } from "./session.ts";
import type { StreamSession } from "./streamSession.ts";

let now: number;
let calls: string[];
let cut: string[];
let released: unknown[];
let account: () => boolean;
let pingedAt: number;
let leases: Leases;
let connection: Connection;
let socket: { readyState: number; send(): void; close(): void; serializeAttachment(): void };

beforeEach(() => {
  now = 1_000;
  calls = [];
  released = [];
  cut = [];
  account = () => true;
  pingedAt = 0;
  let names = 0;
  const told = (call: string) => {
    calls.push(call);
    return new Promise<boolean>((resolve) => resolve(account()));
  };
  leases = new Leases({
    hold: ({ accountId }, lease, ttlMs) => told(`hold ${accountId} ${lease} ${ttlMs}`),
    release: async (accountId, lease, origin, by) => {
      released.push({ origin, by });
      await told(`release ${accountId} ${lease}`);
    },
    end: async (_connection, { accountId }, lease) => void (await told(`end ${accountId} ${lease}`)),
    now: () => now,
    wait: () => Promise.resolve(),
    newName: () => `lease-${++names}`,
    pingedAt: () => pingedAt,
    disconnect: (_connection, reason) => cut.push(reason),
    failed: (error) => calls.push(String(error)),
  });
  const origin = { requestId: "", ip: "", userAgent: "" };
  const { session } = openSession({ stream: "trading", codec: "json", origin }, 0);
  socket = { readyState: 1, send: () => {}, close: () => {}, serializeAttachment: () => {} };
  const principal: Principal = { userId: "u", accountId: "acc", roles: ["trader"] };
  const kept = { session: { ...session, accountId: "acc", principal, listening: true }, cursor: 0, heardAt: now };
  connection = new Connection(socket, kept, () => {});
});

const turn = () => new Promise<void>((resolve) => setImmediate(resolve));
const away = () => {
  throw new Error("away");
};

describe("WS-14: a lease", () => {
  it("is stored in the session, renewed and released by its name; the next lease has another name", async () => {
    expect(await leases.take(connection)).toBe(true);
    expect(connection.session.lease).toBe("lease-1");
    await leases.take(connection);
    await leases.renew([connection]);
    await leases.release(connection);
    await leases.release(connection);
    await leases.take(connection);
    const hold = `hold acc lease-1 ${LEASE_MS}`;
    expect(calls).toEqual([hold, hold, hold, "release acc lease-1", `hold acc lease-2 ${LEASE_MS}`]);
    // AU-25: the account is told who gave it up.
    expect(released).toEqual([
      { origin: connection.session.origin, by: { userId: "u", accountId: "acc", roles: ["trader"] } },
    ]);
  });

  it("that the account refuses is not stored", async () => {
    account = () => false;
    expect(await leases.take(connection)).toBe(false);
    expect(connection.session.lease).toBeNull();
  });

  it("is ended once when its socket closes; the call is retried a few times", async () => {
    await leases.take(connection);
    calls = [];
    account = away;
    leases.ended(connection);
    leases.ended(connection);
    await turn();
    const ends = Array.from({ length: SUBSCRIBE_TRIES }, () => "end acc lease-1");
    expect(calls).toEqual([...ends, "Error: away"]);
  });

  it("is ended when its socket closed while the lease was taken", async () => {
    const taking = leases.take(connection);
    socket.readyState = 3;
    await taking;
    await turn();
    expect(calls).toEqual([`hold acc lease-1 ${LEASE_MS}`, "end acc lease-1"]);
  });

  it.each([
    ["that stays open until the failure closes it", 1],
    ["that has closed meanwhile", 3],
  ])("whose answer was lost is ended with its socket, %s", async (_what, readyState) => {
    account = () => {
      account = () => true;
      return away();
    };
    const taking = leases.take(connection);
    socket.readyState = readyState;
    await expect(taking).rejects.toThrow("away");
    leases.ended(connection);
    await turn();
    expect(calls).toEqual([`hold acc lease-1 ${LEASE_MS}`, "end acc lease-1"]);
  });

  it("is renewed only for sockets that send messages or pings", async () => {
    await leases.take(connection);
    now += LEASE_IDLE_MS;
    await leases.renew([connection]);
    expect(cut).toEqual([]);
    now += 1;
    pingedAt = now - LEASE_IDLE_MS;
    await leases.renew([connection]);
    expect(cut).toEqual([]);
    now += 1;
    await leases.renew([connection]);
    expect(cut).toEqual(["nothing heard"]);
  });

  it("that the account ended, or that expired while the account was out of reach, closes its socket", async () => {
    await leases.take(connection);
    account = away;
    pingedAt = Number.POSITIVE_INFINITY;
    now += LEASE_MS - 1;
    await leases.renew([connection]);
    expect(cut).toEqual([]);
    now += 1;
    await leases.renew([connection]);
    expect(cut).toEqual(["cancel_on_disconnect is over"]);
    account = () => false;
    await leases.renew([connection]);
    expect(cut).toHaveLength(2);
  });

  it("WS-18: is refused to a caller who may not trade, without a call of the account", async () => {
    connection.save({ ...connection.session, principal: { userId: "u", accountId: "acc", roles: ["viewer"] } });
    expect(await leases.take(connection)).toBe(false);
    expect(calls).toEqual([]);
  });

  it.each([
    ["of an earlier release, which did not say whose it is", undefined],
    ["of a key that may only read", ["read"] as const],
  ])("WS-18: %s is given up: at its next renewal its socket goes, and nothing is cancelled", async (_what, scopes) => {
    await leases.take(connection);
    calls = [];
    const { principal, ...unknown } = connection.session;
    const reader = { ...unknown, principal: { userId: "u", accountId: "acc", roles: ["trader" as const], scopes } };
    connection.save(scopes === undefined ? unknown : (reader as StreamSession));
    await leases.renew([connection]);
    expect(cut).toEqual(["cancel_on_disconnect is over"]);
    leases.ended(connection);
    await turn();
    expect(calls).toEqual(["release acc lease-1"]);
    expect(principal?.accountId).toBe("acc");
  });

  it("that was released during its renewal closes no socket", async () => {
    await leases.take(connection);
    account = () => false;
    const renewing = leases.renew([connection]);
    connection.save({ ...connection.session, lease: null });
    await renewing;
    expect(cut).toEqual([]);
  });
});
