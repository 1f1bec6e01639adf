/** One person who tries to be two administrators, by the front gateway and over real objects. */
import { env as coreEnv } from "cloudflare:workers";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { devMailboxObject } from "../../durable-objects/actor/namespaces.ts";
import { gatewayHarness, PASSWORD, type TestUser } from "./gatewayHarness.ts";

const env = coreEnv;

beforeEach(() => void vi.spyOn(console, "log").mockImplementation(() => {}));
afterEach(() => void vi.useRealTimers());

async function invitationOf(email: string): Promise<string> {
  return vi.waitFor(async () => {
    const mail = (await devMailboxObject(env).list()).find(({ to }) => to === email);
    const code = /[8A-Z2-7]{52,53}/.exec(mail?.text ?? "")?.[0];
    if (code === undefined) throw new Error("no invitation");
    return code;
  }, 10_000);
}

/** Two administrators, neither of whom appointed the other, where two must decide. */
async function office() {
  const gateway = await gatewayHarness({ FOUR_EYES: "on" });
  const [ann, ben] = [
    await gateway.secured(await gateway.enrol("ann")),
    await gateway.secured(await gateway.enrol("ben")),
  ];
  const approve = async (who: TestUser, id: unknown) => who.ask("POST", `/v1/admin/approvals/${String(id)}/approve`);
  return { gateway, ann, ben, approve };
}

test("ID-101: who is invited chooses the password with the code, once; an invitation that was taken back opens nothing", async () => {
  const { gateway, ann, ben, approve } = await office();
  const email = `pat-${crypto.randomUUID()}@example.com`;
  expect((await ann.ask("POST", "/v1/admin/users", { email, password: PASSWORD })).status).toBe(422);
  const asked = await ann.ask("POST", "/v1/admin/users", { email });
  expect((await devMailboxObject(env).list()).some(({ to }) => to === email)).toBe(false);
  const made = await approve(ben, asked.body["approval_id"]);
  expect(made).toMatchObject({ status: 200, body: { state: "booked" } });
  const token = await invitationOf(email);
  const accept = (password: string) => gateway.send("POST", "/v1/auth/password/reset", {}, { token, password });
  expect((await gateway.send("POST", "/v1/auth/login", {}, { email, password: PASSWORD })).status).toBe(401);
  expect((await accept(PASSWORD)).status).toBe(200);
  expect((await accept("another one that is long")).status).toBe(422);
  expect((await gateway.send("POST", "/v1/auth/login", {}, { email, password: PASSWORD })).status).toBe(200);

  const other = `sam-${crypto.randomUUID()}@example.com`;
  const wanted = await ann.ask("POST", "/v1/admin/users", { email: other, roles: ["admin"] });
  const invited = await approve(ben, wanted.body["approval_id"]);
  const code = await invitationOf(other);
  const path = `/v1/admin/users/${String(invited.body["account_id"])}`;
  await vi.waitFor(async () => expect((await ann.ask("GET", path)).status).toBe(200), 5_000);
  const closing = await ann.ask("PATCH", path, { disabled: true });
  expect((await approve(ben, closing.body["approval_id"])).status).toBe(200);
  const late = await gateway.send("POST", "/v1/auth/password/reset", {}, { token: code, password: PASSWORD });
  expect(late.status).toBe(422);
  expect((await gateway.send("POST", "/v1/auth/login", {}, { email: other, password: PASSWORD })).status).toBe(401);
});

test("ID-103, ID-105: an administrator is not both pairs of eyes: not by a second administrator of its own making", async () => {
  const { gateway, ann, ben, approve } = await office();
  const deposit = await ann.ask("POST", `/v1/admin/accounts/${ann.accountId}/deposits`, {
    reference: crypto.randomUUID(),
    amount: "1000000",
  });
  const id = deposit.body["approval_id"];
  const email = `puppet-${crypto.randomUUID()}@example.com`;
  const asked = await ann.ask("POST", "/v1/admin/users", { email, roles: ["admin"] });
  expect(asked.status).toBe(202);
  expect(await approve(ann, asked.body["approval_id"])).toMatchObject({ status: 403 });
  expect((await devMailboxObject(env).list()).some(({ to }) => to === email)).toBe(false);
  // Ben is fooled into it. The puppet still cannot, for a day, and not without a second factor.
  const puppet = await gateway.enrol("puppet", ann, ["admin"], ben);
  expect((await approve(puppet, id)).body).toMatchObject({ reason: "approval_needs_factor" });
  await gateway.secured(puppet);
  expect((await approve(puppet, id)).body).toMatchObject({ reason: "approval_too_soon" });
  // Nor can it make another one that may.
  const third = await puppet.ask("POST", "/v1/admin/users", { email: `x${email}`, roles: ["admin"] });
  expect(third.status).toBe(202);
  expect((await approve(ann, third.body["approval_id"])).body).toMatchObject({ reason: "approval_too_soon" });
  // Nor does it ask for what its maker approves.
  const other = await puppet.ask("POST", `/v1/admin/accounts/${ben.accountId}/deposits`, {
    reference: crypto.randomUUID(),
    amount: "7",
  });
  expect((await approve(ann, other.body["approval_id"])).body).toMatchObject({ reason: "approval_too_soon" });
  expect((await ann.ask("GET", "/v2/account")).body["cash"]).toBe("0");
});

test("ID-105: own money does not leave by a second account of one's making", async () => {
  const { gateway, ann, ben, approve } = await office();
  const trader = await gateway.enrol("trader", ann, ["trader"], ben);
  const funded = await ann.ask("POST", `/v1/admin/accounts/${trader.accountId}/deposits`, {
    reference: "cash",
    amount: "100",
  });
  expect((await approve(ben, funded.body["approval_id"])).status).toBe(200);
  const puppet = await gateway.secured(await gateway.enrol("puppet", ann, ["admin"], ben));
  expect((await trader.ask("POST", "/v1/withdrawals", { amount: "100", reference: "out" })).status).toBe(202);
  const id = await vi.waitFor(async () => {
    const { body } = await ann.ask("GET", "/v1/admin/approvals?state=pending");
    const waiting = body["approvals"] as { approval_id: string; account_id: string }[];
    const found = waiting.find((each) => each.account_id === trader.accountId)?.approval_id;
    expect(found).toBeDefined();
    return found;
  }, 5_000);
  expect((await approve(trader, id)).status).toBe(403);
  expect((await approve(puppet, id)).body).toMatchObject({ reason: "approval_too_soon" });
  expect(await approve(ben, id)).toMatchObject({ status: 200, body: { state: "booked" } });
});

test("ID-100, ID-102: who was dismissed a moment ago approves nothing, whatever its gateway remembers", async () => {
  const { ann, ben, approve, gateway } = await office();
  const cat = await gateway.secured(await gateway.enrol("cat"));
  const deposit = await ann.ask("POST", `/v1/admin/accounts/${ann.accountId}/deposits`, {
    reference: crypto.randomUUID(),
    amount: "5",
  });
  // The gateway has just verified her session.
  expect((await cat.ask("GET", "/v1/admin/approvals")).status).toBe(200);
  const path = `/v1/admin/users/${cat.accountId}`;
  await vi.waitFor(async () => expect((await ann.ask("GET", path)).status).toBe(200), 5_000);
  const asked = await ann.ask("PATCH", path, { roles: ["trader"] });
  expect((await approve(ben, asked.body["approval_id"])).status).toBe(200);
  expect((await approve(cat, deposit.body["approval_id"])).status).toBe(403);
  expect((await cat.ask("POST", "/v1/admin/users", { email: "x@example.com" })).status).toBe(403);
  expect((await cat.ask("POST", "/v1/admin/symbols/AAPL/halt", {})).status).toBe(403);
});

test("ID-102: of two who have each other's dismissal approved at once, one stays", async () => {
  const gateway = await gatewayHarness();
  const [ann, ben] = [await gateway.enrol("ann"), await gateway.enrol("ben")];
  const path = (who: TestUser) => `/v1/admin/users/${who.accountId}`;
  for (const who of [ann, ben]) {
    await vi.waitFor(async () => expect((await ann.ask("GET", path(who))).status).toBe(200), 5_000);
  }
  const outcomes = await Promise.all([
    ann.ask("PATCH", path(ben), { roles: ["trader"] }),
    ben.ask("PATCH", path(ann), { disabled: true }),
  ]);
  expect(new Set(outcomes.map(({ status }) => status))).toEqual(new Set([200, 403]));
  const [winner] = outcomes[0].status === 200 ? [ann] : [ben];
  expect((await winner.ask("GET", "/v1/admin/acts")).status).toBe(200);
  expect((await winner.ask("POST", "/v1/privacy/erase", { confirm: "erase" })).body).toMatchObject({
    reason: "admin_self",
  });
});
