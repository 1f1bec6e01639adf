/** Asked of the object of a handle, by which apps know a login (durable-objects/identity/apps/loginAlias.ts). */
import type { LoginRoute } from "../../../domain/ids.ts";
export interface LoginAliasRpc {
  /** This object stands for the login of that route. Repeatable. */
  standFor(route: LoginRoute): Promise<void>;
  /** There is no such login any more. Repeatable. */
  clear(): Promise<void>;
}
