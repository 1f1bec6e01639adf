/** The example of a route as a working curl command. */
import type { Method, AccessRule } from "../../workers/gateway/accessRule.ts";
import type { Operation } from "../../workers/gateway/operation.ts";

/** A parameter of a path. A colon inside a segment (`orders:by_client_order_id`) is part of its name. */
export const PARAMETER = /\/:(\w+)/g;

/** Markdown of the command; "" for a route without an example. */
export function curl(
  method: Method,
  path: string,
  rule: AccessRule,
  { example, publicCredential, form }: Operation,
): string {
  if (example === undefined) return "";
  const filled = path.replace(PARAMETER, (_, name: string) => {
    const value = example.path?.[name];
    if (value === undefined) throw new Error(`the example of ${method} ${path} lacks ${name}`);
    return `/${encodeURIComponent(value)}`;
  });
  const query = example.query === undefined ? "" : `?${example.query}`;
  const parts = [
    `curl -sS ${method === "GET" ? "" : `-X ${method} `}"$BASE${filled}${query}"`,
    ...credentials(rule, publicCredential),
    ...(example.body === undefined ? [] : [bodyOf(example.body, form === true)]),
  ];
  return ["```sh", parts.join(" \\\n  "), "```"].join("\n");
}

function credentials(rule: AccessRule, opensWith: Operation["publicCredential"]): string[] {
  if (opensWith === "bootstrap") return ['-H "Authorization: Bearer $BOOTSTRAP_SECRET"'];
  if (opensWith === "client") return ['-u "$CLIENT_ID:$CLIENT_SECRET"'];
  if (rule.who === "anyone") return [];
  // Sessions withdraw more often than keys.
  if (rule.scope === null || rule.scope === "withdraw") return ['-H "Authorization: Bearer $TOKEN"'];
  return ['-H "APCA-API-KEY-ID: $KEY"', '-H "APCA-API-SECRET-KEY: $SECRET"'];
}

function bodyOf(body: unknown, form: boolean): string {
  if (form) return `-d '${new URLSearchParams(body as Record<string, string>).toString()}'`;
  return `-H 'Content-Type: application/json' -d '${JSON.stringify(body).replaceAll("'", "'\\''")}'`;
}
