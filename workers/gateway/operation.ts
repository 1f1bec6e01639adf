/**
 * How a route is described for those who call it. Each resource has its descriptions in a file of its folder;
 * `npm run docs:api` makes docs/openapi.json of all of them. Who may call comes from the access rules.
 */
import * as z from "zod";
import type { AccessRules, Method } from "./accessRule.ts";

/** What answers instead of JSON: a page, a redirection, a file. */
export interface NonJsonResponse {
  readonly description: string;
  /** Its media type; none for an answer without a body. */
  readonly type?: string;
}

export interface Operation {
  /** operationId: what a generated client calls it, like `createKey`. */
  readonly id: string;
  /** One line. */
  readonly summary: string;
  /** Markdown: what the summary and the schemas do not tell. */
  readonly description?: string;
  /** What its body may be, as JSON. A schema with `.meta({ id })` becomes a component. */
  readonly requestBody?: z.ZodType;
  /** The body is a form (application/x-www-form-urlencoded), as OAuth has it. */
  readonly form?: true;
  /** The body may be left out. */
  readonly requestBodyOptional?: true;
  /** What its query may be: one parameter for each field. */
  readonly query?: z.ZodObject;
  /** Path parameters that are not just text. */
  readonly path?: Readonly<Record<string, z.ZodType>>;
  /** Request headers beside credentials, as `Idempotency-Key`. */
  readonly headers?: Readonly<Record<string, z.ZodType>>;
  /** What it answers when it is done, by status: the schema of its JSON, or null for no body. */
  readonly responses: Readonly<Record<number, z.ZodType | NonJsonResponse | null>>;
  /** Statuses of its own errors; those of credentials, limits, bodies and queries come by themselves. */
  readonly errorStatuses?: readonly number[];
  /** By what it knows its caller when the access table has it open to anyone. */
  readonly publicCredential?: "bootstrap" | "client";
  /** A call that works as it stands, shown as curl: values of path parameters, query and body. */
  readonly example?: {
    readonly path?: Readonly<Record<string, string>>;
    readonly query?: string;
    readonly body?: unknown;
  };
}

/** A route that ends in `*`: what there is under it, by full path (`/v2/stocks/quotes/latest`). */
export interface WildcardPaths {
  readonly paths: Readonly<Record<`/${string}`, Operation>>;
}

/** The routes of access rules, each as `POST /v1/keys`. */
type Route<A extends AccessRules> = { [P in keyof A & string]: `${keyof A[P] & Method} ${P}` }[keyof A & string];

/** A description of each route that the access rules of a resource have: one that is missing does not compile. */
export type Descriptions<A extends AccessRules> = {
  readonly [R in Route<A>]: R extends `${string}*` ? WildcardPaths : Operation;
};

/** A request header of several routes. */
export const idempotencyKey = z
  .string()
  .min(1)
  .max(128)
  .optional()
  .meta({
    description:
      "The same key with the same request gives the first answer, marked `Idempotency-Replayed`, and moves nothing again. " +
      "Stands for a deposit's reference, or an order's client_order_id, when the body has none.",
  });
