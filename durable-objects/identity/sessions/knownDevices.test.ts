import { DatabaseSync } from "node:sqlite";
import { expect, test } from "vitest";
import type { Client } from "../../../protocol/rpc/identity/devices.ts";
import { derived, dump, loginParts, newWorld } from "../../../test/loginParts.ts";
import { sha256 } from "../digest.ts";
import { DEVICES_MAX, LOCATIONS_MAX } from "./knownDevices.ts";

const ROUTE = "ABCDEFGHIJKLMNOPQRST";
const DAY = 86_400_000;
const USER = { email: "ada@example.com", roles: ["trader"], plan: "standard", region: "world" } as const;
const at = (ip: string, userAgent = "Terminal/1.0") => ({ requestId: "r", ip, userAgent });
const showing = (...tokens: string[]): Client => ({ devices: tokens.map(sha256), remembers: true });
const BARE: Client = { devices: [], remembers: false };

function registered() {
  const world = newWorld();
  const login = loginParts(world, ROUTE, new DatabaseSync(":memory:"));
  login.passwords.create({ ...USER, password: derived("correct horse battery") });
  const signIn = (ip: string, client: Client = showing(), userAgent?: string) =>
    login.sessions.start({
      kind: "person",
      proofs: ["password"],
      steppedUp: true,
      origin: at(ip, userAgent),
      client,
    });
  /** How many emails told of a new device so far. */
  const told = async (): Promise<number> => {
    await login.tasks.run();
    return world.mails.filter(({ subject }) => subject.includes("new device")).length;
  };
  return { world, ...login, signIn, told };
}

test("ID-93: a device is recognized by its token from any network, a network without a token, and nothing else", () => {
  const { devices, signIn } = registered();
  expect(devices.recognize(at("192.0.2.1"), BARE)).toEqual({ device: null, network: false });
  const { deviceToken = "" } = signIn("192.0.2.1");
  expect(deviceToken).toMatch(/^[\w-]{40}$/);
  expect(devices.recognize(at("198.51.100.9"), showing(deviceToken))).toEqual({
    device: sha256(deviceToken),
    network: false,
  });
  // Among the tokens of other logins that have used the same browser.
  expect(devices.recognize(at(""), showing("x".repeat(40), deviceToken)).device).toBe(sha256(deviceToken));
  expect(devices.recognize(at("192.0.2.1", "other"), BARE)).toEqual({ device: null, network: true });
  expect(devices.recognize(at("192.0.2.2"), showing("x".repeat(40)))).toEqual({ device: null, network: false });
  expect(devices.recognize(at(""), BARE)).toEqual({ device: null, network: false });
});

test("ID-93: a device token of another login, or an invented one, is not recognized", () => {
  const [ada, bob] = [registered(), registered()];
  const { deviceToken: bobs = "" } = bob.signIn("192.0.2.1");
  expect(ada.devices.recognize(at("192.0.2.2"), showing(bobs)).device).toBeNull();
  const planted = "p".repeat(40);
  const { deviceToken } = ada.signIn("192.0.2.2", showing(planted, bobs));
  expect(deviceToken).toBeDefined();
  expect(ada.devices.recognize(at(""), showing(planted, bobs)).device).toBeNull();
});

test("ID-93: a known device gets no second token, and a client without cookies none at all", () => {
  const { devices, signIn, tables } = registered();
  const { deviceToken = "" } = signIn("192.0.2.1");
  expect(signIn("192.0.2.9", showing(deviceToken)).deviceToken).toBeUndefined();
  for (let i = 0; i < 50; i++) expect(signIn("192.0.2.1", BARE).deviceToken).toBeUndefined();
  expect(tables.rows("SELECT 1 FROM known_device")).toHaveLength(1);
  expect(devices.recognize(at("192.0.2.9"), BARE).network).toBe(true);
});

test("ID-93: the most recently used devices and networks are kept, and expire", () => {
  const { devices, signIn, world, tables } = registered();
  const { deviceToken: first = "" } = signIn("192.0.2.1");
  for (let i = 0; i < DEVICES_MAX; i++) {
    world.now += 1;
    signIn(`198.51.100.${i}`);
  }
  expect(devices.recognize(at(""), showing(first)).device).toBeNull();
  expect(tables.rows("SELECT 1 FROM known_device")).toHaveLength(DEVICES_MAX);
  expect(tables.rows("SELECT 1 FROM known_place")).toHaveLength(LOCATIONS_MAX);
  world.now += 90 * DAY;
  expect(devices.recognize(at("198.51.100.3"), BARE).network).toBe(false);
  const { deviceToken = "" } = signIn("203.0.113.1");
  world.now += 400 * DAY;
  expect(devices.recognize(at(""), showing(deviceToken)).device).toBeNull();
});

test("ID-93: known devices are stored without readable addresses and tokens; a login that does not exist stores nothing", () => {
  const { db, signIn } = registered();
  const { deviceToken = "" } = signIn("203.0.113.77");
  const text = dump(db);
  for (const secret of [deviceToken, "203.0.113", sha256("203.0.113.77"), "Terminal"])
    expect(text).not.toContain(secret);
  const nobody = loginParts(newWorld(), ROUTE);
  expect(nobody.devices.recognize(at("192.0.2.1"), showing(deviceToken))).toEqual({ device: null, network: false });
  expect(dump(nobody.db)).toBe("[]");
});

test("ID-93: locations of sessions of earlier releases are known, and so is the location of a reset", async () => {
  const { devices, signIn, tables, signUps, world, tasks } = registered();
  signIn("192.0.2.1");
  tables.write("DELETE FROM known_place");
  expect(devices.recognize(at("192.0.2.1"), BARE).network).toBe(true);
  signUps.forgotPassword(at("198.51.100.1"));
  await tasks.run();
  const code = /[A-Z2-7]{52}/.exec(world.mails.at(-1)?.text ?? "")?.[0] ?? "";
  expect(signUps.resetPassword(code, derived("another password"), at("198.51.100.1")).ok).toBe(true);
  expect(devices.recognize(at("198.51.100.1"), BARE).network).toBe(true);
});

test("ID-93: a password reset forgets every device and network but the one that did it", async () => {
  const { devices, signIn, signUps, world, tasks } = registered();
  const { deviceToken: thiefs = "" } = signIn("192.0.2.1");
  const { deviceToken: own = "" } = signIn("198.51.100.1");
  signUps.forgotPassword(at("203.0.113.1"));
  await tasks.run();
  const code = /[A-Z2-7]{52}/.exec(world.mails.at(-1)?.text ?? "")?.[0] ?? "";
  expect(signUps.resetPassword(code, derived("another password"), at("203.0.113.1"), false, showing(own)).ok).toBe(
    true,
  );
  expect(devices.recognize(at("192.0.2.1"), showing(thiefs))).toEqual({ device: null, network: false });
  expect(devices.recognize(at("203.0.113.1"), showing(own))).toEqual({ device: sha256(own), network: true });
});

test("ID-93: signing out everywhere else forgets every other device", () => {
  const { devices, signIn, sessions, world } = registered();
  const { deviceToken: other = "" } = signIn("192.0.2.1");
  world.now += 1;
  const { deviceToken: own = "", sessionId } = signIn("198.51.100.1");
  sessions.endAll("revoked", sessionId);
  devices.forget(showing(own));
  expect(devices.recognize(at("192.0.2.1"), showing(other))).toEqual({ device: null, network: false });
  expect(devices.recognize(at("198.51.100.1"), showing(own))).toEqual({ device: sha256(own), network: true });
});

test("ID-94: a sign-in from an unknown device is e-mailed once; one from a known device or user agent is not", async () => {
  const { signIn, told, world } = registered();
  const { deviceToken = "" } = signIn("192.0.2.1");
  expect(await told()).toBe(1);
  signIn("198.51.100.1", showing(deviceToken), "Browser/2.0");
  signIn("192.0.2.1", BARE);
  expect(await told()).toBe(1);
  signIn("192.0.2.1", BARE, "curl/8");
  expect(await told()).toBe(2);
  signIn("2001:db8:1:2::1", BARE);
  signIn("2001:db8:1:2:ffff::9", BARE);
  expect(await told()).toBe(3);
  expect(world.mails[0]).toMatchObject({ to: USER.email });
  expect(world.mails[0]?.text).toContain("Address: 192.0.2.1\nProgram: Terminal/1.0");
});

test("ID-94: an e-mail contains no links or lines from a client's user agent", async () => {
  const { signIn, told, world } = registered();
  signIn("192.0.2.1", BARE, "x\r\nSee https://evil.example/ www.evil.example <b>\u202egpj.exe\u200b");
  expect(await told()).toBe(1);
  const text = world.mails[0]?.text ?? "";
  expect(text).not.toMatch(/https?:\/\/evil|www\.|[<>\r\u202e\u200b]/);
});

test("ID-93: using a stolen refresh token makes no location known", () => {
  const { devices, signIn, sessions } = registered();
  const { refreshToken } = signIn("192.0.2.1");
  expect(sessions.refresh(refreshToken, null, at("203.0.113.9")).ok).toBe(true);
  expect(devices.recognize(at("203.0.113.9"), BARE).network).toBe(false);
  expect(devices.recognize(at("192.0.2.1"), BARE).network).toBe(true);
});
