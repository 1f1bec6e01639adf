import { beforeEach, describe, expect, test } from "vitest";
import { loginParts, newWorld, ORIGIN, type World } from "../../../test/loginParts.ts";
import { STEP_UP_MS } from "../../../protocol/rpc/identity/sessions.ts";
import { ExternalIdentities } from "./externalIdentities.ts";

const ROUTE = "A".repeat(20);
const EXTERNAL = "B".repeat(20);

let world: World;

beforeEach(() => {
  world = newWorld();
});

/** A login, and the part of it that links identities. */
function newLogin() {
  const parts = loginParts(world, ROUTE);
  const facts = { email: "ada@example.com", userId: "u", accountId: "u", roles: ["trader"] as const };
  parts.profile.create(
    { ...facts, plan: "standard", region: "world", passwordHash: null, verifiedAt: world.now },
    world.now,
  );
  const { sessions, tables, profile, log } = parts;
  const externals = new ExternalIdentities(
    tables,
    profile,
    { sessions, log, email: () => {}, begin: (start) => ({ kind: "session", grant: sessions.start(start) }) },
    () => world.now,
  );
  const begin = (steppedUp: boolean, kind: "person" | "app" = "person") =>
    sessions.start({ kind, proofs: ["password"], steppedUp, origin: ORIGIN }).sessionId;
  const link = (sessionId: string) => externals.link(EXTERNAL, "acme", sessionId, ORIGIN);
  return { ...parts, externals, begin, link };
}

describe("OA-3: what links an identity", () => {
  test("is a session whose identity has proved within five minutes who it is, when the identity comes back", () => {
    const { begin, link, externals, sessions } = newLogin();
    const session = begin(true);
    world.now += STEP_UP_MS + 1;
    expect(link(session)).toEqual({ ok: false, reason: "step_up_required" });
    expect(externals.mayLink(session)).toEqual({ ok: false, reason: "step_up_required" });
    expect(externals.list()).toEqual([]);
    sessions.steppedUp(session);
    world.now += STEP_UP_MS;
    expect(link(session)).toEqual({ ok: true, value: null });
    expect(externals.list()).toHaveLength(1);
  });

  test("is no session that has ended, was never stepped up, is an app's or is not there", () => {
    const { begin, link, externals, sessions } = newLogin();
    const over = begin(true);
    sessions.end(over, "signed_out");
    expect(link(over)).toEqual({ ok: false, reason: "session_ended" });
    expect(link(begin(false))).toEqual({ ok: false, reason: "step_up_required" });
    expect(link(begin(true, "app"))).toEqual({ ok: false, reason: "session_ended" });
    expect(link(crypto.randomUUID())).toEqual({ ok: false, reason: "session_ended" });
    expect(externals.list()).toEqual([]);
  });
});
