import { expect, test, vi } from "vitest";
import { ApiFault } from "../../../protocol/http/apiFault.ts";
import { CURRENT } from "../../../protocol/rpc/identity/passwords.ts";
import { Deriver } from "./derive.ts";

const CHEAP = { cost: 10, blockSize: 4, parallelism: 1, salt: new Uint8Array(16) };
const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString("hex");

test("ID-30: keys equal those of another scrypt implementation, and Unicode forms of a password are one", async () => {
  const deriver = new Deriver(1, 1, 0);
  // Made by another implementation.
  const salt = Uint8Array.from(Buffer.from("00112233445566778899aabbccddeeff", "hex"));
  const key = await deriver.withSlot((slot) => slot.derive("correct horse battery", { ...CHEAP, salt }));
  expect(hex(key)).toBe("67e3dfeca03ce94cd8e33551c6e99a8ff6a5f939edc6ed061314165aeb05f767");
  const [one, other] = await Promise.all(
    ["Ame\u0301lie in Paris", "Am\u00e9lie in Paris"].map((text) =>
      deriver.withSlot((slot) => slot.derive(text, CHEAP)),
    ),
  );
  expect(one).toEqual(other);
});

test("ID-30: a new password has its own salt and the current cost", async () => {
  const deriver = new Deriver(2, 0, 0);
  const make = () => deriver.withSlot((slot) => slot.deriveNew("correct horse battery"));
  const [one, other] = await Promise.all([make(), make()]);
  expect(one).toMatchObject(CURRENT);
  expect(one.salt).not.toEqual(other.salt);
  expect(one.key).not.toEqual(other.key);
  expect(await deriver.withSlot((slot) => slot.derive("correct horse battery", one))).toEqual(one.key);
});

/** Work that keeps its slot until it is released. */
function held() {
  let letGo = (): void => {};
  const until = new Promise<void>((resolve) => (letGo = resolve));
  return { letGo, work: () => until };
}

test("ID-35: a full queue refuses at once, and slots are released, also after failures", async () => {
  const deriver = new Deriver(2, 1, 0);
  const holders = [held(), held(), held()];
  const running = holders.map(({ work }) => deriver.withSlot(work));
  let asked = false;
  const refused = deriver.withSlot(async () => void (asked = true));
  await expect(refused).rejects.toMatchObject({ error: { reason: "unavailable" } });
  expect(asked).toBe(false);
  for (const { letGo } of holders) letGo();
  await Promise.all(running);
  const fails = () => Promise.reject(new ApiFault({ reason: "bad_credentials" }));
  for (let i = 0; i < 5; i++) await expect(deriver.withSlot(fails)).rejects.toThrow("bad_credentials");
  expect(await deriver.withSlot(async () => "served")).toBe("served");
});

test("ID-35: derivations are bounded, and every waiting one gets its turn", async () => {
  let running = 0;
  let most = 0;
  const deriver = new Deriver(2, 20, 0, async (_, { salt }) => {
    most = Math.max(most, ++running);
    // Long enough for the others to start, if they were allowed to.
    for (let i = 0; i < 100; i++) await Promise.resolve();
    running--;
    if (salt[0] === 7) throw new Error("broken");
    return salt;
  });
  const outcomes = await Promise.allSettled(
    Array.from({ length: 22 }, (_, i) =>
      deriver.withSlot((slot) => slot.derive("x", { ...CHEAP, salt: Uint8Array.of(i) })),
    ),
  );
  expect(most).toBe(2);
  expect(outcomes.filter(({ status }) => status === "fulfilled")).toHaveLength(21);
});

test("ID-35: slots are reserved for known devices, and those go first", async () => {
  const begun: number[] = [];
  const free: (() => void)[] = [];
  const deriver = new Deriver(1, 2, 1, async (_, { salt }) => {
    begun.push(salt[0] ?? 0);
    await new Promise<void>((resolve) => free.push(resolve));
    return salt;
  });
  const derive = (id: number, first: boolean) =>
    deriver.withSlot((slot) => slot.derive("x", { ...CHEAP, salt: Uint8Array.of(id) }), first);
  const unknownClients = [1, 2, 3].map((id) => derive(id, false));
  await expect(derive(4, false)).rejects.toMatchObject({ error: { reason: "unavailable" } });
  const known = derive(5, true);
  await expect(derive(6, true)).rejects.toMatchObject({ error: { reason: "unavailable" } });
  for (let i = 0; i < 4; i++) {
    await vi.waitFor(() => expect(begun).toHaveLength(i + 1));
    free[i]?.();
  }
  await Promise.all([...unknownClients, known]);
  expect(begun).toEqual([1, 5, 2, 3]);
});
