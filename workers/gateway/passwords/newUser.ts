/** Logins that an administrator makes, or that the bootstrap secret opens: without mail, and usable at once. */
import { identityObject, routeOfLogin } from "../../../durable-objects/actor/namespaces.ts";
import { ask } from "../../../protocol/fault.ts";
import type { NewUser } from "../../../protocol/identity/passwordRpc.ts";
import type { AppContext } from "../context.ts";
import { known } from "../known.ts";
import { openAccount } from "../signedIn.ts";
import { deriver } from "./derive.ts";
import { refuseWeak } from "./policy.ts";

/** Makes the login and opens its account. */
export async function makeUser(
  c: AppContext,
  wanted: Omit<NewUser, "password"> & { readonly password: string | undefined },
): Promise<{ user_id: string; account_id: string }> {
  const { email, password: text } = wanted;
  if (text !== undefined) await refuseWeak(text, { email });
  const password = text === undefined ? null : await deriver.withPlace((place) => place.deriveNew(text));
  const login = identityObject(c.env, await ask(() => routeOfLogin(c.env, email, () => wanted.region)));
  const { userId, accountId } = known(await ask(() => login.createUser({ ...wanted, password })));
  await openAccount(c, accountId);
  return { user_id: userId, account_id: accountId };
}
