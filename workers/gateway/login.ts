import { identityObject } from "../../durable-objects/actor/namespaces.ts";
import type { AppContext } from "./context.ts";

/** The object of the caller's own login. Ids in a path are looked up in it and nowhere else: those of others are not found. */
export function loginOf(c: AppContext): ReturnType<typeof identityObject> {
  return identityObject(c.env, c.get("caller").route);
}
