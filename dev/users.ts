/** Demo users and their keys, created at the first start. */
import * as z from "zod";
import type { Plan } from "../domain/rateLimit.ts";
import { Refused, type Api } from "./api.ts";
import type { Key } from "./credentials.ts";
import type { Administration } from "./peopleApi.ts";
import { StartFailure } from "./failure.ts";

export const DemoUser = z.object({
  email: z.string(),
  password: z.string(),
  keyId: z.string(),
  secret: z.string(),
  accountId: z.string(),
});

export type DemoUser = z.infer<typeof DemoUser>;

export interface Wanted {
  readonly email: string;
  readonly password: string;
  /** The credential that creates the user: an administrator's, or the bootstrap secret for the first administrator. */
  readonly by:
    | (Administration & { readonly plan: Plan })
    | { readonly bootstrapSecret: string; readonly second: string | undefined };
}

/** Returns the user with a valid key: the stored one if it is valid, otherwise a new one. */
export async function ensureUser(api: Api, wanted: Wanted, known: DemoUser | undefined): Promise<DemoUser> {
  const { email, password, by } = wanted;
  if (known !== undefined && known.email === email && (await keyWorks(api, known))) {
    // Created by a release without plans.
    if ("admin" in by) await api.putOnPlan(by, email, by.plan);
    return known;
  }
  try {
    if ("admin" in by) await api.createUser(by, email, password, by.plan);
    else await api.bootstrapAdmin(by.bootstrapSecret, email, password, by.second);
  } catch (error) {
    // 409: an earlier start created it.
    if (!(error instanceof Refused && error.status === 409)) throw error;
  }
  let bearer: string;
  try {
    bearer = await signedIn(api, email, password);
  } catch (error) {
    if (!(error instanceof Refused && error.status >= 400 && error.status < 500)) throw error;
    throw new StartFailure(
      `The user ${email} exists with another password: start with --fresh to wipe the state folder.`,
    );
  }
  const key = await api.createKey(bearer);
  const { id } = await api.account(key);
  return { email, password, ...key, accountId: id };
}

/** Signs in. Accepts the invitation first if an earlier start ended before that. */
async function signedIn(api: Api, email: string, password: string): Promise<string> {
  try {
    return await api.signIn(email, password);
  } catch (error) {
    if (!(error instanceof Refused && error.status === 401)) throw error;
    await api.acceptInvitation(email, password);
    return api.signIn(email, password);
  }
}

async function keyWorks(api: Api, key: Key): Promise<boolean> {
  try {
    await api.account(key);
    return true;
  } catch (error) {
    if (error instanceof Refused && error.status === 401) return false;
    throw error;
  }
}
