/** The OpenAPI 3.1 description of the HTTP API, made from the access rules and descriptions of the resources. */
import * as z from "zod";
import { APP_SCOPES } from "../../protocol/auth/appScopes.ts";
import { alpacaError, problem } from "../../protocol/wire/errors.ts";
import { isAlpacaPath, PROBLEM_TYPE } from "../../protocol/errors/problem.ts";
import { STREAM_PATHS } from "../../protocol/stream/permissions.ts";
import type { Method, MethodRules, AccessRule } from "../../workers/gateway/accessRule.ts";
import { DESCRIPTIONS } from "../../workers/gateway/resources/descriptions.ts";
import { RESOURCES } from "../../workers/gateway/resources/registry.ts";
import type { Operation, NonJsonResponse, PageOnly, WildcardPaths } from "../../workers/gateway/operation.ts";
import { API_VERSION, API_VERSION_HEADER } from "../../workers/gateway/version.ts";
import { sortTags } from "./groups.ts";
import { curl, PARAMETER } from "./curl.ts";
import { catalogue } from "./errorsPage.ts";
import { type Json, Schemas, withoutNull } from "./schemas.ts";

/** A documented route; a wildcard route is documented by the paths under it. */
export interface Documented {
  readonly method: Method;
  /** With `:name` for its parameters. */
  readonly path: string;
  readonly rule: AccessRule;
  readonly operation: Operation;
}

/** Every route, in the order of the registry. */
export function documented(): Documented[] {
  return RESOURCES.flatMap(({ name, access }) => {
    const descriptions: Readonly<Record<string, Operation | WildcardPaths | PageOnly>> = DESCRIPTIONS[name];
    return Object.entries<MethodRules>(access).flatMap(([path, methods]) =>
      Object.entries(methods).flatMap(([method, rule]) =>
        operationsOf(descriptions, { method: method as Method, path, rule }),
      ),
    );
  });
}

/** The operation of a route; for a wildcard the operations of its paths. */
function operationsOf(
  descriptions: Readonly<Record<string, Operation | WildcardPaths | PageOnly>>,
  route: Omit<Documented, "operation">,
): Documented[] {
  const found = descriptions[`${route.method} ${route.path}`];
  if (found === undefined) throw new Error(`${route.method} ${route.path} is not described`);
  if ("page" in found) return [];
  if (!("paths" in found)) return [{ ...route, operation: found }];
  return Object.entries(found.paths).map(([path, operation]) => ({ ...route, path, operation }));
}

/** The OpenAPI document. */
export function openapi(): Json {
  const schemas = new Schemas();
  const paths: Record<string, Json> = {};
  for (const one of documented()) {
    const path = one.path.replace(PARAMETER, "/{$1}");
    (paths[path] ??= {})[one.method.toLowerCase()] = operationOf(one, schemas);
  }
  // Both error shapes, also when no operation refers to them.
  schemas.of(problem, "output");
  schemas.of(alpacaError, "output");
  return {
    openapi: "3.1.0",
    info: {
      title: "Edge exchange",
      version: API_VERSION,
      description: ABOUT,
      license: { name: "MIT", identifier: "MIT" },
    },
    servers: [{ url: "/" }],
    tags: sortTags([...new Set(documented().map(({ path }) => tagOf(path)))]).map((name) => ({ name })),
    paths,
    components: {
      securitySchemes: SECURITY_SCHEMES,
      headers: HEADERS,
      responses: responses(),
      schemas: schemas.components,
    },
  };
}

const ABOUT = `Trading in the shapes of the Alpaca API v2, sign-in, keys and administration.

Errors are \`{code, message, reason}\` under Alpaca's paths and problems (RFC 9457) elsewhere. \`reason\` says which refusal it is; several share a
\`code\`, which is Alpaca's. [/docs/errors](/docs/errors) lists them all. Every answer has
\`X-Request-ID\` and \`${API_VERSION_HEADER}\`. A version only adds fields, so clients ignore unknown ones. The streams are described
at [/docs/streams](/docs/streams).

The examples are for a shell in which BASE is the address of the exchange, and KEY and SECRET are an API key, or TOKEN is an access token.`;

const SECURITY_SCHEMES = {
  bearer: {
    type: "http",
    scheme: "bearer",
    bearerFormat: "JWT",
    description: "An access token of a session.",
  },
  keyId: { type: "apiKey", in: "header", name: "APCA-API-KEY-ID" },
  keySecret: { type: "apiKey", in: "header", name: "APCA-API-SECRET-KEY" },
  basic: { type: "http", scheme: "basic", description: "Key id and secret." },
  cookie: {
    type: "apiKey",
    in: "cookie",
    name: "__Host-access",
    description: "A session of the terminal; requests other than GET need `X-CSRF-Token` too.",
  },
  app: {
    type: "openIdConnect",
    openIdConnectUrl: "/.well-known/openid-configuration",
    description: "An access token of an app that a user has authorized (authorization code with PKCE).",
  },
  bootstrap: { type: "http", scheme: "bearer", description: "The bootstrap secret of the deployment." },
  client: { type: "http", scheme: "basic", description: "An OAuth client's id and secret." },
};

const session = [{ bearer: [] }, { cookie: [] }];
const anyProof = [{ bearer: [] }, { keyId: [], keySecret: [] }, { basic: [] }, { cookie: [] }];

function securityOf(rule: AccessRule, { publicCredential }: Operation): Json[] {
  if (rule.who === "anyone") return publicCredential === undefined ? [] : [{ [publicCredential]: [] }];
  const { scope } = rule;
  if (scope === null) return session;
  if (scope === "any") return [...anyProof, { app: [] }];
  const forApps: readonly string[] = APP_SCOPES;
  return forApps.includes(scope) ? [...anyProof, { app: [scope] }] : anyProof;
}

/** A sentence about the required credential and scope. */
function whoMay(rule: AccessRule): string {
  if (rule.who === "anyone") return "";
  const scope =
    rule.scope === null
      ? "For signed-in users, not for API keys or apps."
      : rule.scope === "any"
        ? "Needs any scope."
        : `Needs the scope \`${rule.scope}\`.`;
  const stepUp = rule.stepUp === true ? " The session must be freshly verified (POST /v1/auth/step-up)." : "";
  return `Roles: ${rule.who.join(", ")}. ${scope}${stepUp}`;
}

function operationOf({ method, path, rule, operation }: Documented, schemas: Schemas): Json {
  const { id, summary, description = "", requestBody, form, requestBodyOptional, responses } = operation;
  const example = curl(method, path, rule, operation);
  const text = [description, whoMay(rule), example].filter((part) => part !== "").join("\n\n");
  const type = form === true ? "application/x-www-form-urlencoded" : "application/json";
  const sample = operation.example?.body;
  const body = requestBody && {
    required: requestBodyOptional !== true,
    content: {
      [type]: { schema: schemas.of(requestBody, "input"), ...(sample === undefined ? {} : { example: sample }) },
    },
  };
  return {
    operationId: id,
    tags: [tagOf(path)],
    summary,
    ...(text === "" ? {} : { description: text }),
    security: securityOf(rule, operation),
    parameters: [...parametersOf(path, operation, schemas), ...(isAboutAccount(rule) ? [ACCOUNT_HEADER] : [])],
    ...(body === undefined ? {} : { requestBody: body }),
    responses: {
      ...Object.fromEntries(Object.entries(responses).map(([status, given]) => [status, answerOf(given, schemas)])),
      ...refusalsOf(path, rule, operation),
    },
  };
}

function answerOf(given: z.ZodType | NonJsonResponse | null, schemas: Schemas): Json {
  const headers = Object.fromEntries(
    Object.keys(HEADERS).map((name) => [name, { $ref: `#/components/headers/${name}` }]),
  );
  if (given === null) return { description: "done", headers };
  if (!("_zod" in given)) {
    const { description, type } = given;
    return { description, headers, ...(type === undefined ? {} : { content: { [type]: {} } }) };
  }
  return { description: "done", headers, content: { "application/json": { schema: schemas.of(given, "output") } } };
}

/** The header that selects the account of a request. */
const ACCOUNT_HEADER: Json = {
  name: "X-Account-ID",
  in: "header",
  required: false,
  description:
    "The account of the request, for a session: one of your own, or one that is shared with you. By default your default " +
    "account. A key and an app have one account.",
  schema: { type: "string", format: "uuid" },
};

/** Whether a route acts on a trading account. */
function isAboutAccount(rule: AccessRule): boolean {
  return rule.who !== "anyone" && rule.scope !== null && rule.scope !== "any";
}

function parametersOf(path: string, { query, path: inPath = {}, headers = {} }: Operation, schemas: Schemas): Json[] {
  const parameter = (name: string, place: string, schema: z.ZodType, required: boolean): Json => {
    const { description, ...json } = schemas.of(schema, "input");
    return {
      name,
      in: place,
      required,
      ...(description === undefined ? {} : { description }),
      schema: withoutNull(json),
    };
  };
  const names = [...path.matchAll(PARAMETER)].map((match) => match[1] ?? "");
  const optional = (schema: z.ZodType): boolean => schema.safeParse(undefined).success;
  return [
    ...names.map((name) => parameter(name, "path", inPath[name] ?? z.string(), true)),
    ...Object.entries(query?.shape ?? {}).map(([name, schema]) =>
      parameter(name, "query", schema as z.ZodType, !optional(schema as z.ZodType)),
    ),
    ...Object.entries(headers).map(([name, schema]) => parameter(name, "header", schema, !optional(schema))),
  ];
}

/** The known error statuses of a route; `default` stands for any other error of the catalogue. */
function refusalsOf(
  path: string,
  rule: AccessRule,
  { requestBody, query, errorStatuses = [], responses }: Operation,
): Json {
  const statuses = new Set<number | "default">(["default", ...errorStatuses]);
  // The health check is not limited (workers/gateway/middleware/rateLimit.ts).
  if (path !== "/v1/health") statuses.add(429);
  if (rule.who !== "anyone") statuses.add(401).add(403);
  if (requestBody !== undefined) statuses.add(400).add(413).add(415).add(422);
  if (query !== undefined) statuses.add(422);
  const shape = isAlpacaPath(path) ? "alpaca" : "problem";
  const wanted = [...statuses].filter((status) => !(status in responses));
  return Object.fromEntries(wanted.map((status) => [status, { $ref: `#/components/responses/${shape}_${status}` }]));
}

const REFUSALS: Readonly<Record<string, string>> = {
  400: "the body is not JSON, or nested too deeply",
  401: "no credentials, or invalid ones",
  403: "the caller is not permitted",
  404: "not found",
  409: "conflict with the present state",
  413: "the body is over 64 KiB",
  415: "the body is compressed",
  422: "a field or value is invalid",
  426: "the endpoint requires an upgrade to WebSocket",
  429: "too many requests; `Retry-After` has the time to wait",
  503: "temporarily unavailable; `Retry-After` has the time to wait",
  default: "any other error of the catalogue",
};

function responses(): Json {
  const shapes = [
    ["alpaca", "application/json", "Error"],
    ["problem", PROBLEM_TYPE, "Problem"],
  ] as const;
  return Object.fromEntries(
    shapes.flatMap(([shape, type, schema]) =>
      Object.entries(REFUSALS).map(([status, description]) => [
        `${shape}_${status}`,
        {
          description: described(status, description),
          content: { [type]: { schema: { $ref: `#/components/schemas/${schema}` } } },
        },
      ]),
    ),
  );
}

/** The meaning of a status, with its reasons. */
function described(status: string, description: string): string {
  const reasons = catalogue().filter((one) => String(one.status) === status);
  return reasons.length === 0 ? description : `${description}. Reasons: ${reasons.map((one) => one.reason).join(", ")}`;
}

const HEADERS = {
  "X-Request-ID": {
    description: "names this request in logs and in the audit trail",
    schema: { type: "string", format: "uuid" },
  },
  [API_VERSION_HEADER]: { description: "version of the API", schema: { type: "string" } },
  "X-RateLimit-Limit": { description: "the size of the token bucket", schema: { type: "integer" } },
  "X-RateLimit-Remaining": { description: "tokens left", schema: { type: "integer" } },
  "X-RateLimit-Reset": { description: "when the bucket will be full, epoch seconds", schema: { type: "integer" } },
};

/** The group of a path. */
function tagOf(path: string): string {
  const [version = "", first = "", second = ""] = path.split("/").slice(1);
  if (version === "oauth" || version === ".well-known") return "oauth";
  if (
    ["", "docs", "dev", "account", "auth", "favicon.svg", "favicon.ico"].includes(version) ||
    /^(?:health|openapi\.json|asyncapi\.json)$/.test(first)
  )
    return "service";
  if (Object.hasOwn(STREAM_PATHS, path)) return "streams";
  if (version === "v2") return first.replace(/:.*/, "").replace("_", "-");
  return first === "admin" ? `admin ${second}`.trim() : first || version;
}
