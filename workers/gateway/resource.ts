import type { Handler, Hono } from "hono";
import type { AppEnv } from "./context.ts";
import { answerError } from "./faults.ts";

type Method = "GET" | "POST" | "PATCH" | "DELETE";

/** Adds one path with the methods it has. Any other method is answered 405 with the list of those. */
export function resource<P extends string>(
  app: Hono<AppEnv>,
  path: P,
  handlers: Readonly<Partial<Record<Method, Handler<AppEnv, P>>>>,
): void {
  const methods: string[] = [];
  for (const [method, handler] of Object.entries(handlers)) {
    app.on(method, path, handler);
    methods.push(method);
  }
  app.all(path, (c) => {
    c.header("Allow", methods.join(", "));
    return answerError(c, { reason: "method_not_allowed" });
  });
}
