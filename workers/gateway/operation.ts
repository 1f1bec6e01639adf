/**
 * How a route is described for those who call it. Each resource has its descriptions in a file of its folder;
 * `npm run docs:api` makes docs/openapi.json of all of them. Who may call comes from the access rules.
 */
import * as z from "zod";
import type { AccessRules, Method } from "./accessRule.ts";

/** A response that is not JSON: a page, a redirect, a file. */
export interface NonJsonResponse {
  readonly description: string;
  /** The media type; none for a response without a body. */
  readonly type?: string;
}

export interface Operation {
  /** operationId: the method name in generated clients, such as `createKey`. */
  readonly id: string;
  /** One line. */
  readonly summary: string;
  /** Markdown: what summary and schemas do not say. */
  readonly description?: string;
  /** The schema of the JSON body. A schema with `.meta({ id })` becomes a component. */
  readonly requestBody?: z.ZodType;
  /** The body is a form (application/x-www-form-urlencoded), as OAuth has it. */
  readonly form?: true;
  /** The body may be left out. */
  readonly requestBodyOptional?: true;
  /** The schema of the query: one parameter for each field. */
  readonly query?: z.ZodObject;
  /** Path parameters that are not just text. */
  readonly path?: Readonly<Record<string, z.ZodType>>;
  /** Request headers beside credentials, as `Idempotency-Key`. */
  readonly headers?: Readonly<Record<string, z.ZodType>>;
  /** Responses of success by status: the schema of the JSON, or null for no body. */
  readonly responses: Readonly<Record<number, z.ZodType | NonJsonResponse | null>>;
  /** Statuses of errors of this route; those of credentials, limits, bodies and queries are added by the generator. */
  readonly errorStatuses?: readonly number[];
  /** The credential that the handler checks itself, on a public route. */
  readonly publicCredential?: "bootstrap" | "client";
  /** A working call, shown as curl: values of path parameters, query and body. */
  readonly example?: {
    readonly path?: Readonly<Record<string, string>>;
    readonly query?: string;
    readonly body?: unknown;
  };
}

/** A route that ends in `*`: the operations under it, by full path (`/v2/stocks/quotes/latest`). */
export interface WildcardPaths {
  readonly paths: Readonly<Record<`/${string}`, Operation>>;
}

/** A page for browsers that is no call of the API: the documents leave it out. */
export interface PageOnly {
  readonly page: true;
}

/** The routes of access rules, each as `POST /v1/keys`. */
type Route<A extends AccessRules> = { [P in keyof A & string]: `${keyof A[P] & Method} ${P}` }[keyof A & string];

/** A description of each route that the access rules of a resource have: one that is missing does not compile. */
export type Descriptions<A extends AccessRules> = {
  readonly [R in Route<A>]: R extends `${string}*` ? WildcardPaths : Operation | PageOnly;
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
