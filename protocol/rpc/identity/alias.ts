/** RPC of an alias: the object by which apps know a login (durable-objects/identity/apps/loginAlias.ts). */
import type { LoginRoute } from "../../../domain/ids.ts";
export interface LoginAliasRpc {
  /** Makes this object an alias of that login. Idempotent. */
  standFor(route: LoginRoute): Promise<void>;
  /** The login was erased. Idempotent. */
  clear(): Promise<void>;
}
