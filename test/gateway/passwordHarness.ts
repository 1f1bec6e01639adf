/** The gateway over the real parts of logins, for tests of passwords. Time, e-mails and alarms are fakes. */
import { beforeEach } from "vitest";
import { waitAfter } from "../../durable-objects/identity/passwords/backoff.ts";
import type { IdentityRpc } from "../../protocol/rpc/identity.ts";
import type { LoginRegionRpc } from "../../protocol/rpc/identity/region.ts";
import { routeOfEmail } from "../../protocol/ids/loginRoute.ts";
import type { ThrottleRpc } from "../../protocol/rpc/throttle.ts";
import type { Bindings } from "../../workers/gateway/context.ts";
import { deriver } from "../../workers/gateway/passwords/derive.ts";
import { loginParts, type LoginParts, newWorld, type World } from "../loginParts.ts";
import { app, env, identity, type Reply } from "./fakes.ts";

export const PASSWORD = "correct horse battery";
export const KNOWN = "known@example.com";
export const UNKNOWN = "unknown@example.com";

/** Counts requests for derivation parameters, without which no key is derived. */
export let challenges = 0;
export let world: World;
export let logins: Map<string, LoginParts>;
let throttles: Map<string, ThrottleRpc>;

/** The parts as targets of RPC (durable-objects/identity/rpcParts.ts). */
export function rpcOf({ passwords, signUps, profile, devices }: LoginParts): Pick<
  IdentityRpc,
  "devices" | "passwords" | "signUps" | "registration"
> & {
  readonly region: Pick<LoginRegionRpc, "current">;
} {
  return {
    devices: { recognize: async (origin, client) => devices.recognize(origin, client) },
    region: { current: async () => ((profile.login()?.verifiedAt ?? null) === null ? null : "world") },
    passwords: {
      challenge: async () => {
        challenges++;
        return passwords.challenge();
      },
      signIn: async (key, origin, client) => passwords.signIn(key, origin, client),
      renew: async (key, renewed) => passwords.renew(key, renewed),
      recordFailedAttempts: async (count) => passwords.recordFailedAttempts(count),
      own: async (sessionId) => passwords.own(sessionId),
      change: async (current, next, except, origin) => passwords.change(current, next, except, origin),
    },
    registration: {
      createUser: async (user) => passwords.create(user),
      createGuest: async () => ({ ok: false, reason: "forbidden" }),
      verifySignUp: async (code, key, origin) => signUps.verify(code, key, origin),
    },
    signUps: {
      signUp: async (asked, origin) => signUps.signUp(asked, origin),
      challenge: async (code) => signUps.challenge(code),
      forgotPassword: async (origin, client) => signUps.forgotPassword(origin, client),
      resetOwner: async (code) => signUps.resetOwner(code),
      resetPassword: async (code, password, origin, keep, client) =>
        signUps.resetPassword(code, password, origin, keep, client),
    },
  };
}

/** Counts as throttle.ts does, by the fake clock. */
function throttle(): ThrottleRpc {
  let [failures, failedAt, told] = [0, 0, 0];
  return {
    begin: async (free) => {
      const wait = failedAt + waitAfter(failures, free) - world.now;
      if (wait > 0) return wait;
      [failures, failedAt] = [failures + 1, world.now];
      return 0;
    },
    giveBack: async () => void failures--,
    tell: async () => {
      const untold = failures - told;
      told = failures;
      return untold;
    },
    clear: async () => {
      const begun = failures - told;
      [failures, told] = [0, 0];
      return begun;
    },
  };
}

export function loginOf(route: string): LoginParts {
  const login = logins.get(route) ?? loginParts(world, route);
  logins.set(route, login);
  return login;
}

export function bindings(): Bindings {
  return {
    ...env(),
    IDENTITY: { getByName: (route: string) => ({ ...identity, ...rpcOf(loginOf(route)) }) },
    THROTTLE: {
      getByName: (name: string) => {
        const found = throttles.get(name) ?? throttle();
        throttles.set(name, found);
        return found;
      },
    },
  };
}

export async function post(path: string, body: unknown, headers: Record<string, string> = {}): Promise<Reply> {
  const text = typeof body === "string" ? body : JSON.stringify(body);
  const init = { method: "POST", body: text, headers: { "CF-Connecting-IP": "192.0.2.7", ...headers } };
  const response = await app.request(`http://exchange.test${path}`, init, bindings());
  const answer = await response.text();
  return {
    status: response.status,
    headers: response.headers,
    body: answer === "" ? null : (JSON.parse(answer) as unknown),
  };
}

export const signIn = (email: string, password: string, headers?: Record<string, string>): Promise<Reply> =>
  post("/v1/auth/login", { email, password }, headers);

/** A response without the parts that differ for each request. */
export function plain({ status, headers, body }: Reply): string {
  const named = Array.from(headers).filter(([name]) => name !== "x-request-id" && !name.startsWith("x-ratelimit"));
  const { instance: _, ...said } = body as Record<string, unknown>;
  return JSON.stringify([status, named, said]);
}

/** Runs the alarms of the objects. */
export async function deliver(): Promise<void> {
  for (const { tasks } of logins.values()) await tasks.run();
}

beforeEach(async () => {
  challenges = 0;
  world = newWorld();
  logins = new Map();
  throttles = new Map();
  const user = { email: KNOWN, roles: ["trader"], plan: "standard", region: "world" } as const;
  const password = await deriver.withSlot((slot) => slot.deriveNew(PASSWORD));
  loginOf(await routeOfEmail(KNOWN)).passwords.create({ ...user, password });
});
