/** What callers reach of a login's object: the methods of its parts that are listed here, and nothing else. */
import { RpcTarget } from "cloudflare:workers";
import type { IdentityRpc } from "../../protocol/rpc/identity.ts";

type PartName = keyof IdentityRpc;

const METHODS: { readonly [P in PartName]: Readonly<Record<keyof IdentityRpc[P], true>> } = {
  accountGrants: {
    accounts: true,
    sharedScopes: true,
    give: true,
    given: true,
    end: true,
    offered: true,
    ended: true,
    returned: true,
  },
  administration: { view: true, change: true, endSessions: true, revokeKey: true },
  alias: { standFor: true, clear: true },
  apiKeys: { create: true, verify: true, list: true, change: true, revoke: true },
  authorizedApps: { authorize: true, token: true, userinfo: true, list: true, revoke: true },
  devices: { recognize: true },
  externalIdentities: {
    signIn: true,
    pointTo: true,
    release: true,
    signInLinked: true,
    mayLink: true,
    link: true,
    unlink: true,
    list: true,
  },
  factors: {
    status: true,
    enrolTotp: true,
    confirmTotp: true,
    removeTotp: true,
    makeRecoveryCodes: true,
    passkeyRegistration: true,
    addPasskey: true,
    removePasskey: true,
  },
  factorSignIn: { finish: true, passkeyRequest: true, byPasskey: true },
  loginSessions: {
    verify: true,
    refresh: true,
    endByRefreshToken: true,
    end: true,
    endOthers: true,
    list: true,
    securityLog: true,
    me: true,
  },
  notifications: { withdrawalRequested: true },
  ownAccounts: { list: true, access: true, open: true, change: true, close: true },
  passwords: { challenge: true, signIn: true, renew: true, recordFailedAttempts: true, own: true, change: true },
  privacy: {
    consents: true,
    consent: true,
    details: true,
    changeDetails: true,
    exportLogin: true,
    rewrapKeys: true,
    erase: true,
  },
  region: { current: true, moveTo: true, clear: true },
  registeredApps: { register: true, list: true, remove: true },
  registration: { createUser: true, createGuest: true, verifySignUp: true },
  signUps: { signUp: true, challenge: true, forgotPassword: true, resetOwner: true, resetPassword: true },
  stepUpAuth: { options: true, prove: true },
  workspaces: { read: true, write: true },
};

export const PART_NAMES = Object.keys(METHODS) as PartName[];

/** A part as it is written: its methods answer at once, or later. */
type Local<R> = {
  readonly [M in keyof R]: R[M] extends (...args: infer A) => Promise<infer V> ? (...args: A) => V | Promise<V> : never;
};
export type LocalParts = { readonly [P in PartName]: Local<IdentityRpc[P]> };

type Methods = Readonly<Record<string, (...args: unknown[]) => unknown>>;

interface TargetClass {
  new (part: unknown): RpcTarget;
}

/** The class of a part's target. */
function targetClass(methods: readonly string[]): TargetClass {
  class Target extends RpcTarget {
    readonly #part: Methods;

    constructor(part: unknown) {
      super();
      this.#part = part as Methods;
    }

    static invoke(target: Target, method: string, args: unknown[]): unknown {
      return target.#part[method]?.(...args);
    }
  }
  for (const method of methods) {
    Object.defineProperty(Target.prototype, method, {
      value(this: Target, ...args: unknown[]) {
        return Target.invoke(this, method, args);
      },
    });
  }
  return Target;
}

/** Made once for all logins of an isolate. */
let classes: readonly (readonly [PartName, TargetClass])[] | undefined;

/** The parts as targets of RPC: the platform takes `stub.part.method()` as one call, in one round trip. */
export function rpcParts(parts: LocalParts): IdentityRpc {
  classes ??= PART_NAMES.map((name) => [name, targetClass(Object.keys(METHODS[name]))] as const);
  return Object.fromEntries(classes.map(([name, Target]) => [name, new Target(parts[name])])) as unknown as IdentityRpc;
}
