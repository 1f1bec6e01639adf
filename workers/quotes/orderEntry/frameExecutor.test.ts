import { describe, expect, test, vi } from "vitest";
import type { Principal } from "../../../protocol/auth/principal.ts";
import { Connection } from "./connection.ts";
import { FrameExecutor } from "./frameExecutor.ts";
import { onAuthenticationResult, openSession } from "./session.ts";

type Env = ConstructorParameters<typeof FrameExecutor>[0];

const principal: Principal = { userId: "u", accountId: "acc", roles: ["trader"] };
const rate = { limit: 200, remaining: 100, resetAt: 0, retryAfterMs: 0 };

/** Account stubs that count themselves; a call of a failing one rejects. */
function accounts() {
  const stubs: { readonly calls: string[]; failing: boolean }[] = [];
  const sequences: string[] = [];
  /** Calls are answered with the outcome, once what holds them has ended. */
  const answer: { outcome: unknown; held: Promise<void> | null; limited?: boolean } = {
    outcome: { ok: true, value: null },
    held: null,
  };
  const getByName = () => {
    const stub = { calls: [] as string[], failing: false };
    stubs.push(stub);
    return {
      metered: (_plan: string, method: string, args: readonly unknown[]) => {
        stub.calls.push(method);
        const { sequence } = args[2] as { readonly sequence: string };
        sequences.push(sequence);
        if (stub.failing) return Promise.reject(new Error("broken"));
        const answered = { refused: answer.limited === true, rate, value: [answer.outcome] };
        return answer.held === null ? Promise.resolve(answered) : answer.held.then(() => answered);
      },
      endSession: (_lease: string, _origin: unknown, _by: unknown, sequence: string) => {
        stub.calls.push("endSession");
        sequences.push(sequence);
        return stub.failing ? Promise.reject(new Error("broken")) : Promise.resolve();
      },
    };
  };
  return { stubs, sequences, answer, env: { ACCOUNT: { getByName }, JURISDICTIONS: "off" } as unknown as Env };
}

function connected() {
  const sent: { readonly T?: string; readonly id?: string }[] = [];
  const socket = {
    readyState: 1,
    send: (text: string) => void sent.push(JSON.parse(text)),
    close: () => undefined,
    serializeAttachment: () => undefined,
  };
  const { session } = openSession({ codec: "json", origin: { requestId: "r", ip: "", userAgent: "" } }, 0, "key");
  const authenticated = onAuthenticationResult(session, { principal, credential: { route: "R", id: "k" } }).session;
  const connection = new Connection(socket, { session: authenticated, heardAt: 0 });
  return { connection, sent };
}

test("WS-24: the calls of a connection go through one stub, which keeps their order, until one fails", async () => {
  const { stubs, env } = accounts();
  const settled = vi.fn();
  const executor = new FrameExecutor(env, { failed: () => undefined, settled });
  const [one, other] = [connected(), connected()];
  const answered = async ({ connection, sent }: typeof one, id: string) => {
    const commands = [{ action: "cancel", client_order_id: "c" }];
    executor.execute(connection, { kind: "execute", id, commands, options: { allOrNone: false } }, Date.now());
    await vi.waitFor(() => expect(sent.at(-1)?.id).toBe(id));
    return sent.at(-1)?.T;
  };
  expect([await answered(one, "a"), await answered(one, "b"), await answered(other, "a")]).toEqual([
    "ack",
    "ack",
    "ack",
  ]);
  expect(stubs.map(({ calls }) => calls.length)).toEqual([2, 1]);
  for (const stub of stubs) stub.failing = true;
  expect([await answered(one, "c"), await answered(one, "d")]).toEqual(["error", "ack"]);
  expect(stubs.map(({ calls }) => calls.length)).toEqual([3, 1, 1]);
  expect(settled.mock.calls.map(([, executed]) => executed)).toEqual([true, true, true, true]);
});

test("WS-23: a frame for which the account has no tokens is one that the account was not given", async () => {
  const { answer, env } = accounts();
  answer.limited = true;
  const settled = vi.fn();
  const { connection, sent } = connected();
  const commands = [{ action: "cancel", client_order_id: "c" }];
  const frame = { kind: "execute", id: "a", commands, options: { allOrNone: false } } as const;
  new FrameExecutor(env, { failed: () => undefined, settled }).execute(connection, frame, Date.now());
  await vi.waitFor(() => expect(settled).toHaveBeenCalledExactlyOnceWith(connection, false));
  expect(sent).toMatchObject([{ T: "error", id: "a", status: 429 }]);
});

test("WS-24: a frame whose outcome cannot be shown is answered too, and holds back no later answer", async () => {
  const { answer, env } = accounts();
  const failed = vi.fn();
  const executor = new FrameExecutor(env, { failed, settled: () => undefined });
  const { connection, sent } = connected();
  const send = (id: string) => {
    const commands = [{ action: "query", client_order_id: "c" }];
    executor.execute(connection, { kind: "execute", id, commands, options: { allOrNone: false } }, Date.now());
  };
  send("a");
  await vi.waitFor(() => expect(sent.map(({ id }) => id)).toEqual(["a"]));
  answer.outcome = { ok: false, refusal: { reason: "order_not_found", orderId: "c" } };
  send("b");
  await vi.waitFor(() =>
    expect(sent.map(({ id, T }) => [id, T])).toEqual([
      ["a", "error"],
      ["b", "ack"],
    ]),
  );
  expect(failed).toHaveBeenCalledOnce();
});

describe("WS-25: the lease of a connection that is over", () => {
  const LEASE = ["lease", { requestId: "r", ip: "", userAgent: "" }] as const;

  const flying = () => {
    const made = accounts();
    const executor = new FrameExecutor(made.env, { failed: () => undefined, settled: () => undefined });
    const { connection } = connected();
    const send = async (id: string) => {
      const calls = made.sequences.length;
      const commands = [{ action: "cancel", client_order_id: "c" }];
      executor.execute(connection, { kind: "execute", id, commands, options: { allOrNone: false } }, Date.now());
      await vi.waitFor(() => expect(made.sequences).toHaveLength(calls + 1));
    };
    return { ...made, send, end: () => executor.endLease(connection, principal, ...LEASE) };
  };

  test("ends by a call after those of its frames, of their stub and sequence, which waits for no answer", async () => {
    const { stubs, sequences, answer, send, end } = flying();
    answer.held = new Promise(() => undefined);
    await send("a");
    await end();
    expect(stubs.map(({ calls }) => calls)).toEqual([["executeCommands", "endSession"]]);
    expect(new Set(sequences)).toEqual(new Set(["r"]));
  });

  test("is ended by another stub when the first fails", async () => {
    const { stubs, send, end } = flying();
    await send("a");
    for (const stub of stubs) stub.failing = true;
    await expect(end()).rejects.toThrow("broken");
    await end();
    expect(stubs.map(({ calls }) => calls.at(-1))).toEqual(["endSession", "endSession"]);
  });

  test("ends after the answers when calls went through several stubs, whose order nobody keeps", async () => {
    const { stubs, answer, send, end } = flying();
    const held = Promise.withResolvers<void>();
    answer.held = held.promise;
    await send("a");
    for (const stub of stubs) stub.failing = true;
    await send("b");
    await vi.waitFor(async () => {
      await send("c");
      expect(stubs).toHaveLength(2);
    });
    const ended = end();
    await Promise.resolve();
    expect(stubs.flatMap(({ calls }) => calls)).not.toContain("endSession");
    held.resolve();
    await ended;
    expect(stubs.at(-1)?.calls.at(-1)).toBe("endSession");
  });
});
