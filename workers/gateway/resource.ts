/** A resource of the API: the access rules of its routes and their handlers. Each has a folder in resources/. */
import type { Handler, Hono } from "hono";
import type { AccessRules, Method } from "./accessRule.ts";
import type { AppEnv } from "./context.ts";
import { answerError } from "./answerError.ts";
import { authorize } from "./middleware/authorize.ts";

/** A handler for each method of each path that the access rules have, and for no other. */
export type Handlers<A extends AccessRules> = {
  readonly [P in keyof A & string]: Readonly<Record<keyof A[P] & Method, Handler<AppEnv, P>>>;
};

export interface Resource<N extends string = string, A extends AccessRules = AccessRules> {
  /** The name of its folder. */
  readonly name: N;
  readonly access: A;
  /** Adds its routes to the app, in the order in which the handlers are listed. */
  addTo(app: Hono<AppEnv>): void;
}

/**
 * Ties handlers to access rules. A route without a rule, or a rule without a handler, does not compile. Each handler runs
 * behind its rule; any other method of the path is answered 405 with the list of those that there are.
 */
export function defineResource<const N extends string, const A extends AccessRules>(
  name: N,
  access: A,
  handlers: Handlers<A>,
): Resource<N, A> {
  const addTo = (app: Hono<AppEnv>): void => {
    for (const [path, methods] of Object.entries<Readonly<Record<string, Handler>>>(handlers)) {
      addPath(app, path, access[path] ?? {}, methods);
    }
  };
  return { name, access, addTo };
}

function addPath(
  app: Hono<AppEnv>,
  path: string,
  rules: AccessRules[string],
  handlers: Readonly<Record<string, Handler>>,
): void {
  for (const [method, handler] of Object.entries(handlers)) {
    const rule = rules[method as Method];
    if (rule === undefined) throw new Error(`${method} ${path} has no access rule`);
    app.on(method, path, authorize(rule), handler);
  }
  app.all(path, (c) => {
    c.header("Allow", Object.keys(handlers).join(", "));
    return answerError(c, { reason: "method_not_allowed" });
  });
}
