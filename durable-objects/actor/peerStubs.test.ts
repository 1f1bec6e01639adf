import { describe, expect, test, vi } from "vitest";
import type { Envelope } from "../../protocol/rpc/envelope.ts";
import { PEER_STUBS_MAX } from "./limits.ts";
import { actorStub } from "./namespaces.ts";
import { PeerStubs } from "./peerStubs.ts";

const ENVELOPE: Envelope<string> = { from: "account/a", first: 1, messages: ["m"], ack: 0 };
const REPLY: Envelope<string> = { from: "book/F", first: 1, messages: [], ack: 1 };

/** Stubs of one sender; `opened` has the name of each stub that was made, `deliver` is the call on any of them. */
function peers() {
  const opened: string[] = [];
  const deliver = vi.fn((_envelope: unknown) => Promise.resolve(REPLY));
  const namespace = { getByName: (name: string) => (opened.push(name), { deliver }) };
  const others = { AUDIT_SHARD: namespace, TRANSFERS: namespace, HOUSE_ACCOUNT: namespace };
  const env = { ACCOUNT: namespace, ORDER_BOOK: namespace, ...others };
  return { peers: new PeerStubs((address) => actorStub(env, address)), opened, deliver };
}

/** An error as the platform throws it. */
const broken = (facts: Record<string, unknown>) => Object.assign(new Error("the object has restarted"), facts);

describe("AK-2, AK-3: envelopes of an object", () => {
  test("go over one stub for each receiver", async () => {
    const { peers: stubs, opened, deliver } = peers();
    for (const address of ["book/F", "book/F", "book/KO", "book/F"]) {
      expect(await stubs.deliver(address, ENVELOPE)).toBe(REPLY);
    }
    expect(opened).toEqual(["F", "KO"]);
    expect(deliver.mock.calls).toEqual(Array.from({ length: 4 }, () => [ENVELOPE]));
  });

  test.each([{ durableObjectReset: true }, { retryable: true }])(
    "are sent again over a new stub when the receiver has restarted: %o",
    async (facts) => {
      const { peers: stubs, opened, deliver } = peers();
      await stubs.deliver("book/F", ENVELOPE);
      deliver.mockRejectedValueOnce(broken(facts));
      expect(await stubs.deliver("book/F", ENVELOPE)).toBe(REPLY);
      expect([opened, deliver.mock.calls.length]).toEqual([["F", "F"], 3]);
    },
  );

  test("are not sent again when a new stub fails, or when the receiver refuses them; the next stub is new", async () => {
    const { peers: stubs, opened, deliver } = peers();
    deliver.mockRejectedValueOnce(broken({ retryable: true }));
    await expect(stubs.deliver("book/F", ENVELOPE)).rejects.toThrow("restarted");
    await stubs.deliver("book/F", ENVELOPE);
    deliver.mockRejectedValueOnce(new Error("too many requests are waiting"));
    await expect(stubs.deliver("book/F", ENVELOPE)).rejects.toThrow("too many");
    expect([opened, deliver.mock.calls.length]).toEqual([["F", "F"], 3]);
    await stubs.deliver("book/F", ENVELOPE);
    expect(opened).toEqual(["F", "F", "F"]);
  });

  test("AK-9: go over a bounded number of stubs", async () => {
    const { peers: stubs, opened } = peers();
    for (let nth = 0; nth <= PEER_STUBS_MAX; nth++) await stubs.deliver(`account/${nth}`, ENVELOPE);
    opened.length = 0;
    await stubs.deliver("account/1", ENVELOPE);
    await stubs.deliver("account/0", ENVELOPE);
    expect(opened).toEqual(["0"]);
  });
});
