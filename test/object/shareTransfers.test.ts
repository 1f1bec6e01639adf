/** Shares between accounts of one user inside workerd: races with sales, crashes, repeated requests, refusals. */
import { abortAllDurableObjects } from "cloudflare:test";
import { env } from "cloudflare:workers";
import fc from "fast-check";
import { expect, test, vi } from "vitest";
import type { Origin } from "../../domain/account/state/events.ts";
import { ticketWith } from "../../domain/account/testing.ts";
import { accountObject } from "../../durable-objects/actor/namespaces.ts";
import type { Principal } from "../../protocol/auth/principal.ts";
import { newAccountId } from "../../protocol/ids/residency.ts";

const ORIGIN: Origin = { requestId: "test", ip: "", userAgent: "" };
const WAIT = { timeout: 20_000 };
const SHARE = 1_000_000;

/** Two accounts of a user, the first with AAPL in lots of these quantities. */
async function twoAccounts(shares: readonly string[]) {
  const ownerId = crypto.randomUUID();
  const ids = [ownerId, crypto.randomUUID()];
  for (const id of ids) await accountObject(env, id).open(id, ORIGIN, ownerId);
  const of = (accountId: string) => accountObject(env, accountId);
  const who = (accountId: string): Principal => ({ userId: ownerId, accountId, roles: ["trader"] });
  for (const [nth, amount] of shares.entries()) {
    await of(ownerId).deposit(who(ownerId), { reference: `lot ${nth}`, symbol: "AAPL", amount }, ORIGIN);
  }
  const move = async (from: string, to: string, qty: string, reference: string) => {
    const asked = { to, symbol: "AAPL", amount: qty, reference };
    const outcome = await of(from).requestOwnTransfer(who(from), asked, ORIGIN, null);
    return outcome.ok ? "moved" : outcome.refusal.reason;
  };
  const sell = async (from: string, qty: string) => {
    const ticket = ticketWith({ side: "sell", qty, limitPrice: "300" });
    const outcome = await of(from).submitOrder(who(from), ticket, ORIGIN);
    return outcome.ok ? "ok" : outcome.refusal.reason;
  };
  const position = async (accountId: string) => {
    const view = await of(accountId).summary();
    const { qty = 0, available = 0, costBasis = 0 } = view?.positions.find(({ symbol }) => symbol === "AAPL") ?? {};
    return { qty, available, costBasis };
  };
  const states = async (accountId: string) => (await of(accountId).ownTransfers(null, 1_000)).map(({ state }) => state);
  /** When no transfer is under way. */
  const settled = () =>
    vi.waitFor(async () => {
      for (const id of ids) expect(await states(id)).not.toContain("pending");
    }, WAIT);
  const [first = "", second = ""] = ids;
  return { first, second, of, who, move, sell, position, states, settled };
}

const count = (words: readonly string[], word: string) => words.filter((each) => each === word).length;

test("AC-95: of transfers and sales of the same shares at once exactly those pass that there are shares for", async () => {
  const { first, second, of, who, move, sell, position, settled } = await twoAccounts(["40", "60"]);
  // Ten transfers may be under way.
  const answers = await Promise.all(
    Array.from({ length: 50 }, (_, nth) =>
      nth < 20 && nth % 2 === 0 ? move(first, second, "5", `t${nth}`) : sell(first, "2.5"),
    ),
  );
  const [moved, sold] = [count(answers, "moved"), count(answers, "ok")];
  expect(moved * 5 + sold * 2.5).toBe(100);
  expect(moved).toBeGreaterThan(0);
  expect([count(answers, "insufficient_transferable") + moved, count(answers, "insufficient_qty") + sold]).toEqual([
    10, 40,
  ]);
  await settled();
  expect(await position(first)).toMatchObject({ qty: sold * 2.5 * SHARE, available: 0 });
  expect(await position(second)).toMatchObject({ qty: moved * 5 * SHARE, available: moved * 5 * SHARE });
  await of(first).cancelAllOrders(who(first), ORIGIN);
  await vi.waitFor(async () => expect((await position(first)).available).toBe(sold * 2.5 * SHARE), WAIT);
});

test("AC-95: whatever two accounts send each other, sell, cancel and lose by crashes, no share is made or lost", async () => {
  const act = fc.record({
    what: fc.constantFrom("move", "move", "back", "sell", "cancel", "look"),
    qty: fc.integer({ min: 1, max: 30_000_000 }).map((units) => String(units / SHARE)),
  });
  const sums: number[] = [];
  await fc.assert(
    fc.asyncProperty(fc.array(act, { minLength: 20, maxLength: 40 }), fc.boolean(), async (acts, crash) => {
      const { first, second, of, who, move, sell, position, settled } = await twoAccounts(["12.345678", "20", "7.5"]);
      const basis = (await position(first)).costBasis;
      const perform = async ({ what, qty }: (typeof acts)[number], nth: number): Promise<unknown> => {
        if (what === "move") return move(first, second, qty, `t${nth}`);
        if (what === "back") return move(second, first, qty, `t${nth}`);
        if (what === "sell") return sell(first, qty);
        if (what === "cancel") return of(first).cancelAllOrders(who(first), ORIGIN);
        for (const id of [first, second]) {
          const { qty: owned, available } = await position(id);
          expect([owned >= available, available >= 0]).toEqual([true, true]);
        }
        return null;
      };
      const middle = acts.length / 2;
      await Promise.all(acts.slice(0, middle).map(perform));
      // Whatever is between two accounts now was journalled, and arrives.
      if (crash) await abortAllDurableObjects();
      await Promise.all(acts.slice(middle).map((each, nth) => perform(each, nth + acts.length)));
      await settled();
      const both = await Promise.all([position(first), position(second)]);
      expect(both.reduce((sum, { qty }) => sum + qty, 0)).toBe(39_845_678);
      expect(both.reduce((sum, { costBasis }) => sum + costBasis, 0)).toBe(basis);
      sums.push(both[1]?.qty ?? 0);
    }),
    { numRuns: 8 },
  );
  expect(sums.some((qty) => qty > 0)).toBe(true);
});

test("AC-95: one Idempotency-Key is one transfer; another one with it is refused", async () => {
  const { first, second, of, who, position, settled, states } = await twoAccounts(["10"]);
  const ask = (qty: string, fingerprint: string) =>
    of(first).requestOwnTransfer(who(first), { to: second, symbol: "AAPL", amount: qty, reference: "k" }, ORIGIN, {
      key: "k",
      fingerprint,
    });
  const answers = await Promise.all([ask("0.000001", "a"), ask("0.000001", "a"), ask("0.000001", "a"), ask("2", "b")]);
  const bodies = answers.flatMap((each) => (each.ok ? [each.value.body] : []));
  expect([bodies.length, new Set(bodies).size]).toEqual([3, 1]);
  expect(JSON.parse(bodies[0] ?? "")).toMatchObject({ symbol: "AAPL", qty: "0.000001", amount: null });
  expect(answers[3]).toMatchObject({ ok: false, refusal: { reason: "idempotency_key_reused" } });
  await settled();
  expect([await position(second), await states(first)]).toMatchObject([{ qty: 1 }, ["settled"]]);
});

test("AC-95: an account that is closed, of another user, or not there sends the shares back; a paper account gets none", async () => {
  const { first, second, of, move, position, settled } = await twoAccounts(["10"]);
  const foreign = await twoAccounts([]);
  expect(await of(second).close(ORIGIN)).toBeNull();
  const before = await position(first);
  for (const to of [second, foreign.first, crypto.randomUUID()]) expect(await move(first, to, "3", to)).toBe("moved");
  await settled();
  expect(await position(first)).toEqual(before);
  expect((await of(first).ownTransfers(null, 10)).map(({ state, refusal }) => [state, refusal])).toEqual([
    ["rejected", "account_not_found"],
    ["rejected", "transfer_invalid"],
    ["rejected", "account_closed"],
  ]);
  expect(await move(first, newAccountId("world", "paper"), "3", "paper")).toBe("paper_account");
  expect(await move(first, first, "3", "same")).toBe("transfer_invalid");
  expect((await position(foreign.first)).qty).toBe(0);
});
