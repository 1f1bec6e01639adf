/**
 * How a route is described for those who call it. Each area has a file here with its `Described`; describe/all.ts has them
 * together, and `npm run docs:api` makes docs/openapi.json of them. Who may call comes from the access table.
 */
import type * as z from "zod";
import type { Method } from "./accessRule.ts";
import type { ACCESS, Path } from "./resources/registry.ts";

/** Every route of the access table, as `POST /v1/keys`. */
export type Route = { [P in Path]: `${keyof (typeof ACCESS)[P] & Method} ${P}` }[Path];

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

export type Descriptions = { readonly [R in Route]?: R extends `${string}*` ? WildcardPaths : Operation };
