/** Users, their sessions and keys, and what administrators do, as far as demo data and tests need it. */
import { setTimeout as sleep } from "node:timers/promises";
import * as z from "zod";
import type { Plan } from "../domain/rateLimit.ts";
import type { Credentials, Key } from "./credentials.ts";
import { Refused } from "./refused.ts";

/** The sessions of administrators: of the one who asks and, where two must decide, of the one who approves. */
export interface Administration {
  readonly admin: Credentials;
  readonly approver?: Credentials;
}

/** How long mail takes at most that is not sent, and how often the outbox is looked at. */
const INVITED_MS = 30_000;
const INVITED_POLL_MS = 500;
/** A code that came by mail (protocol/ids/emailCode.ts). */
const CODE = /[8A-Z2-7]{52,53}/;

const User = z.object({ user_id: z.string(), account_id: z.string() });
const Decided = z.object({ state: z.string(), refusal: z.string().nullable() });
const Waiting = z.object({ approval_id: z.string() });
const Mails = z.array(z.object({ to: z.string(), text: z.string() }));
const Totp = z.object({ secret: z.string() });
const Challenge = z.object({ challenge: z.string() });
const Users = z.object({ users: z.array(z.object({ user_id: z.string(), plan: z.string() })) });
const Login = z.object({ access_token: z.string() });
const NewKey = z.object({ key_id: z.string(), secret: z.string() });

type Call = (method: string, path: string, who: Credentials, body?: unknown) => Promise<unknown>;

/** The part of an exchange's API that is about people; `call` makes its requests. */
export function peopleApi(call: Call) {
  /** What administrators ask for: done at once, or when `approver` has approved it. */
  async function ask(path: string, { admin, approver }: Administration, body: unknown, method = "POST"): Promise<void> {
    const waiting = Waiting.safeParse(await call(method, path, admin, body));
    if (!waiting.success || approver === undefined) return;
    const { approval_id: id } = waiting.data;
    const { state, refusal } = Decided.parse(await call("POST", `/v1/admin/approvals/${id}/approve`, approver));
    // As it is refused where nobody has to approve it.
    if (state === "failed") throw new Refused(409, 0, refusal ?? "refused");
  }

  /** Chooses the password of somebody who was invited, with the code in the outbox. */
  async function acceptInvitation(email: string, password: string): Promise<void> {
    for (const deadline = Date.now() + INVITED_MS; ; await sleep(INVITED_POLL_MS)) {
      const mail = Mails.parse(await call("GET", "/dev/outbox.json", null)).find(({ to }) => to === email);
      const token = CODE.exec(mail?.text ?? "")?.[0];
      if (token !== undefined) return void (await call("POST", "/v1/auth/password/reset", null, { token, password }));
      if (Date.now() > deadline) throw new Error(`no invitation came to ${email}`);
    }
  }

  return {
    acceptInvitation,
    /** Invites a user, and accepts in its name. */
    createUser: async (by: Administration, email: string, password: string, plan: Plan): Promise<void> => {
      await ask("/v1/admin/users", by, { email, plan });
      await acceptInvitation(email, password);
    },
    /** The first administrator; `second` is invited with it, and accepts with the same password. */
    bootstrapAdmin: async (bootstrapSecret: string, email: string, password: string, second?: string) => {
      const made = await call("POST", "/v1/admin/bootstrap", { bearer: bootstrapSecret }, { email, password, second });
      if (second !== undefined) await acceptInvitation(second, password);
      return User.parse(made);
    },
    /** Has the user of an e-mail on this plan from now on; the administrator must have signed in lately. */
    putOnPlan: async (by: Administration, email: string, plan: Plan): Promise<void> => {
      const { users } = Users.parse(await call("GET", `/v1/admin/users?email=${encodeURIComponent(email)}`, by.admin));
      for (const user of users) {
        if (user.plan !== plan) await ask(`/v1/admin/users/${user.user_id}`, by, { plan }, "PATCH");
      }
    },
    /** Gives an access token; `code` is that of the second factor, if there is one. */
    signIn: async (email: string, password: string, code?: string): Promise<string> => {
      const answer = await call("POST", "/v1/auth/login", null, { email, password });
      const challenge = Challenge.safeParse(answer);
      if (!challenge.success || code === undefined) return Login.parse(answer).access_token;
      const second = { challenge: challenge.data.challenge, totp: code };
      return Login.parse(await call("POST", "/v1/auth/mfa", null, second)).access_token;
    },
    /** Enrols an authenticator app; gives its secret. `codeOf` makes a code of one. */
    enrolTotp: async (who: Credentials, codeOf: (secret: string) => string): Promise<string> => {
      const { secret } = Totp.parse(await call("POST", "/v1/mfa/totp", who));
      await call("POST", "/v1/mfa/totp/confirm", who, { code: codeOf(secret) });
      return secret;
    },
    createKey: async (bearer: string): Promise<Key> => {
      const key = NewKey.parse(await call("POST", "/v1/keys", { bearer }));
      return { keyId: key.key_id, secret: key.secret };
    },
    /** Cash in dollars, or shares when there is a symbol; the same reference counts once. */
    deposit: (by: Administration, accountId: string, reference: string, amount: string, symbol?: string) =>
      ask(`/v1/admin/accounts/${accountId}/deposits`, by, {
        reference,
        amount,
        ...(symbol === undefined ? {} : { symbol }),
      }),
  };
}
