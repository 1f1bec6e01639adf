/** Client of the API of users, sessions, keys and administration, for demo data and tests. */
import { setTimeout as sleep } from "node:timers/promises";
import * as z from "zod";
import type { Plan } from "../domain/rateLimit.ts";
import type { Credentials, Key } from "./credentials.ts";
import { Refused } from "./refused.ts";

/** The sessions of the administrator who requests and, with four eyes, of the one who approves. */
export interface Administration {
  readonly admin: Credentials;
  readonly approver?: Credentials;
}

/** The longest wait for an e-mail in the development mailbox, and the interval of polling. */
const INVITED_MS = 30_000;
const INVITED_POLL_MS = 500;
/** An emailed code (protocol/ids/emailCode.ts). */
const CODE = /[8A-Z2-7]{52,53}/;

const User = z.object({ user_id: z.string(), account_id: z.string() });
const Decided = z.object({ state: z.string(), refusal: z.string().nullable() });
const Waiting = z.object({ approval_id: z.string() });
const Mails = z.array(z.object({ to: z.string(), text: z.string() }));
const Totp = z.object({ secret: z.string() });
const Challenge = z.object({ challenge: z.string() });
const Users = z.object({ users: z.array(z.object({ user_id: z.string(), plan: z.string() })) });
const Login = z.object({ access_token: z.string() });
const History = z.object({ backfill: z.array(z.object({ timeframe: z.string() })) });
const NewKey = z.object({ key_id: z.string(), secret: z.string() });

type Call = (method: string, path: string, who: Credentials, body?: unknown) => Promise<unknown>;

/** The client; `call` makes its requests. */
export function peopleApi(call: Call) {
  /** Executes a request of an administrator, and approves it as `approver` if it needs approval. */
  async function ask(path: string, { admin, approver }: Administration, body: unknown, method = "POST"): Promise<void> {
    const waiting = Waiting.safeParse(await call(method, path, admin, body));
    if (!waiting.success || approver === undefined) return;
    const { approval_id: id } = waiting.data;
    const { state, refusal } = Decided.parse(await call("POST", `/v1/admin/approvals/${id}/approve`, approver));
    // The same refusal as without approval.
    if (state === "failed") throw new Refused(409, 0, refusal ?? "refused");
  }

  /** Sets the password of an invited user with the code in the development mailbox. */
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
    /** Invites a user, and accepts the invitation. */
    createUser: async (by: Administration, email: string, password: string, plan: Plan): Promise<void> => {
      await ask("/v1/admin/users", by, { email, plan });
      await acceptInvitation(email, password);
    },
    /** Creates the first administrator. `second` is invited too, and accepts with the same password. */
    bootstrapAdmin: async (bootstrapSecret: string, email: string, password: string, second?: string) => {
      const made = await call("POST", "/v1/admin/bootstrap", { bearer: bootstrapSecret }, { email, password, second });
      if (second !== undefined) await acceptInvitation(second, password);
      return User.parse(made);
    },
    /** Changes the plan of the user with this e-mail; the administrator's session must be freshly verified. */
    putOnPlan: async (by: Administration, email: string, plan: Plan): Promise<void> => {
      const { users } = Users.parse(await call("GET", `/v1/admin/users?email=${encodeURIComponent(email)}`, by.admin));
      for (const user of users) {
        if (user.plan !== plan) await ask(`/v1/admin/users/${user.user_id}`, by, { plan }, "PATCH");
      }
    },
    /** Returns an access token; `code` is that of the second factor, if there is one. */
    signIn: async (email: string, password: string, code?: string): Promise<string> => {
      const answer = await call("POST", "/v1/auth/login", null, { email, password });
      const challenge = Challenge.safeParse(answer);
      if (!challenge.success || code === undefined) return Login.parse(answer).access_token;
      const second = { challenge: challenge.data.challenge, totp: code };
      return Login.parse(await call("POST", "/v1/auth/mfa", null, second)).access_token;
    },
    /** Enrols an authenticator app and returns its secret. `codeOf` computes a code of a secret. */
    enrolTotp: async (who: Credentials, codeOf: (secret: string) => string): Promise<string> => {
      const { secret } = Totp.parse(await call("POST", "/v1/mfa/totp", who));
      await call("POST", "/v1/mfa/totp/confirm", who, { code: codeOf(secret) });
      return secret;
    },
    createKey: async (bearer: string): Promise<Key> => {
      const key = NewKey.parse(await call("POST", "/v1/keys", { bearer }));
      return { keyId: key.key_id, secret: key.secret };
    },
    /** Lists a coin; true when it was not listed before. */
    listCoin: async (by: Administration, symbol: string, name: string, referencePrice: string): Promise<boolean> => {
      try {
        const listing = { symbol, name, exchange: "CRYPTO", reference_price: referencePrice };
        await call("POST", "/v1/admin/instruments", by.admin, listing);
        return true;
      } catch (error) {
        if (!(error instanceof Refused && error.status === 409)) throw error;
        return false;
      }
    },
    /** Which bars of a symbol no trade made. */
    history: async (who: Credentials, symbol: string) =>
      History.parse(await call("GET", `/v1/history/${encodeURIComponent(symbol)}`, who)).backfill,
    /** Gives a symbol bars of the past; the administrator's session must be freshly verified. */
    putBars: async (admin: Credentials, symbol: string, bars: object): Promise<void> =>
      void (await call("PUT", `/v1/admin/history/${encodeURIComponent(symbol)}/bars`, admin, bars)),
    /** Deposits cash in dollars, or shares if there is a symbol. A reference is deposited once. */
    deposit: (by: Administration, accountId: string, reference: string, amount: string, symbol?: string) =>
      ask(`/v1/admin/accounts/${accountId}/deposits`, by, {
        reference,
        amount,
        ...(symbol === undefined ? {} : { symbol }),
      }),
  };
}
