import type { Handler, Hono } from "hono";
import type { Method, MethodRules } from "./accessRule.ts";
import { ACCESS, type Path } from "./resources/registry.ts";
import type { AppEnv } from "./context.ts";
import { answerError } from "./faults.ts";
import { authorize } from "./middleware/authorize.ts";

/**
 * Adds one path with the methods that the access table has for it, each behind its rule: a path or method that is not
 * in the table does not compile. Any other method is answered 405 with the list of those.
 */
export function resource<P extends Path>(
  app: Hono<AppEnv>,
  path: P,
  handlers: Readonly<Record<keyof (typeof ACCESS)[P] & Method, Handler<AppEnv, P>>>,
): void {
  const rules: MethodRules = ACCESS[path];
  const methods: string[] = [];
  for (const [method, handler] of Object.entries<Handler<AppEnv, P>>(handlers)) {
    const rule = rules[method as Method];
    if (rule === undefined) throw new Error(`${method} ${path} is not in the access table`);
    app.on(method, path, authorize(rule), handler);
    methods.push(method);
  }
  app.all(path, (c) => {
    c.header("Allow", methods.join(", "));
    return answerError(c, { reason: "method_not_allowed" });
  });
}
