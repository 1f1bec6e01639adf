/** Small wrong files, one for each wall of .oxlintrc.json, and right ones beside them. */

/** Where a file would lie, what it would say, and the rule that must refuse it. */
export type Refused = readonly [path: string, source: string, rule: string];
export type Allowed = readonly [path: string, source: string];

const imports = (from: string): string =>
  `import { thing } from "${from}";\nexport const other = (): unknown => thing;\n`;
const importsType = (from: string): string => `import type { Thing } from "${from}";\nexport type Other = Thing;\n`;

const NO_IMPORTS = "eslint(no-restricted-imports)";
const NO_GLOBALS = "eslint(no-restricted-globals)";
const NO_PROPERTIES = "eslint(no-restricted-properties)";

export const REFUSED: readonly Refused[] = [
  ["domain/a/package.ts", imports("zod"), NO_IMPORTS],
  ["domain/a/platform.ts", imports("cloudflare:workers"), NO_IMPORTS],
  ["domain/a/upwards.ts", importsType("../../protocol/rpc/account.ts"), NO_IMPORTS],
  ["domain/upwards.ts", imports("../db/schema.ts"), NO_IMPORTS],
  ["domain/upwardsInside.ts", importsType("./order/terms.ts"), NO_IMPORTS],
  ["domain/order/upwards.ts", importsType("../market/instrument.ts"), NO_IMPORTS],
  ["domain/order/package.ts", imports("zod"), NO_IMPORTS],
  ["domain/market/upwards.ts", importsType("../matching/messages.ts"), NO_IMPORTS],
  ["domain/market/platform.ts", imports("cloudflare:workers"), NO_IMPORTS],
  ["domain/matching/upwards.ts", importsType("../account/state/order.ts"), NO_IMPORTS],
  ["domain/matching/engine/upwards.ts", importsType("../../account/state/order.ts"), NO_IMPORTS],
  ["domain/matching/outside.ts", importsType("../../protocol/rpc/account.ts"), NO_IMPORTS],
  ["domain/matching/paper.ts", importsType("../paper/paperBook.ts"), NO_IMPORTS],
  ["domain/paper/upwards.ts", importsType("../account/state/order.ts"), NO_IMPORTS],
  ["domain/fees/upwards.ts", importsType("../account/state/order.ts"), NO_IMPORTS],
  ["domain/portfolio/upwards.ts", importsType("../matching/messages.ts"), NO_IMPORTS],
  ["domain/risk/upwards.ts", importsType("../account/state/accountState.ts"), NO_IMPORTS],
  ["domain/settlement/upwards.ts", importsType("../transfers/transfer.ts"), NO_IMPORTS],
  ["domain/indicators/package.ts", imports("zod"), NO_IMPORTS],
  ["domain/indicators/sideways.ts", importsType("../market/asset.ts"), NO_IMPORTS],
  ["domain/a/clock.ts", "export const now = (): number => Date.now();\n", NO_GLOBALS],
  ["domain/a/date.ts", "export const now = (): unknown => new Date();\n", NO_GLOBALS],
  ["domain/a/crypto.ts", "export const id = (): string => crypto.randomUUID();\n", NO_GLOBALS],
  ["domain/a/timer.ts", "export const later = (run: () => void): unknown => setTimeout(run, 1);\n", NO_GLOBALS],
  ["domain/a/random.ts", "export const random = (): number => Math.random();\n", NO_PROPERTIES],
  ["domain/a/console.ts", "console.log(1);\n", "eslint(no-console)"],
  ["protocol/db.ts", importsType("../db/schema.ts"), NO_IMPORTS],
  ["protocol/object.ts", importsType("../durable-objects/account/object.ts"), NO_IMPORTS],
  ["protocol/platform.ts", imports("cloudflare:workers"), NO_IMPORTS],
  ["protocol/framework.ts", imports("hono/utils"), NO_IMPORTS],
  ["protocol/ids/room.ts", importsType("../wire/orders.ts"), NO_IMPORTS],
  ["protocol/errors/room.ts", imports("../http/readRequest.ts"), NO_IMPORTS],
  ["protocol/auth/room.ts", importsType("../wire/orders.ts"), NO_IMPORTS],
  ["protocol/wire/room.ts", importsType("../rpc/account.ts"), NO_IMPORTS],
  ["protocol/wire/listing.ts", imports("../../domain/market/listing.ts"), NO_IMPORTS],
  ["protocol/wire/database.ts", importsType("../../db/schema.ts"), NO_IMPORTS],
  ["protocol/stream/room.ts", imports("../mapping/orders.ts"), NO_IMPORTS],
  ["protocol/stream/account.ts", importsType("../../domain/account/state/order.ts"), NO_IMPORTS],
  ["protocol/rpc/identity/room.ts", importsType("../../http/readRequest.ts"), NO_IMPORTS],
  ["protocol/http/room.ts", importsType("../stream/data.ts"), NO_IMPORTS],
  ["protocol/console.ts", "console.log(1);\n", "eslint(no-console)"],
  ["db/object.ts", importsType("../durable-objects/account/object.ts"), NO_IMPORTS],
  ["db/worker.ts", imports("../workers/gateway/app.ts"), NO_IMPORTS],
  ["durable-objects/account/http.ts", imports("hono"), NO_IMPORTS],
  ["durable-objects/account/tokens.ts", imports("jose"), NO_IMPORTS],
  ["durable-objects/account/token.ts", imports("jose/jwt/sign"), NO_IMPORTS],
  ["durable-objects/account/worker.ts", importsType("../../workers/quotes/index.ts"), NO_IMPORTS],
  ["durable-objects/account/dev.ts", imports("../../dev/ports.ts"), NO_IMPORTS],
  [
    "durable-objects/account/name.ts",
    'export const at = (n: { getByName(x: string): number }): number => n.getByName("x");\n',
    NO_PROPERTIES,
  ],
  ["durable-objects/account/console.ts", "console.log(1);\n", "eslint(no-console)"],
  ["workers/gateway/db.ts", imports("../../db/auditWriter.ts"), NO_IMPORTS],
  ["workers/gateway/driver.ts", imports("@neondatabase/serverless"), NO_IMPORTS],
  ["workers/gateway/object.ts", imports("../../durable-objects/account/object.ts"), NO_IMPORTS],
  ["workers/quotes/relay/object.ts", imports("../../../durable-objects/actor/actor.ts"), NO_IMPORTS],
  [
    "workers/gateway/name.ts",
    'export const at = (n: { idFromName(x: string): number }): number => n.idFromName("x");\n',
    NO_PROPERTIES,
  ],
  ["workers/gateway/bench.ts", imports("../../bench/orders.ts"), NO_IMPORTS],
  ["workers/gateway/test.ts", imports("../../test/rig/exchange.ts"), NO_IMPORTS],
  ["workers/gateway/ops.ts", imports("../../ops/deploy.ts"), NO_IMPORTS],
  ["workers/gateway/console.ts", "console.log(1);\n", "eslint(no-console)"],
  ["dev/bench.ts", imports("../bench/orders.ts"), NO_IMPORTS],
  ["dev/test.ts", imports("../test/rig/exchange.ts"), NO_IMPORTS],
  ["bench/test.ts", imports("../test/system/exchange.ts"), NO_IMPORTS],
  ["ops/test.ts", imports("../test/rig/exchange.ts"), NO_IMPORTS],
  ["dev/any.ts", "export const loose = (x: any): unknown => x;\n", "typescript(no-explicit-any)"],
  ["dev/bang.ts", "export const first = (x: number[]): number => x[0]!;\n", "typescript(no-non-null-assertion)"],
  [
    "dev/floating.ts",
    "export const start = (go: () => Promise<void>): void => {\n  go();\n};\n",
    "typescript(no-floating-promises)",
  ],
  [
    "dev/misused.ts",
    "export const run = (go: () => Promise<boolean>): number => (go() ? 1 : 2);\n",
    "typescript(no-misused-promises)",
  ],
  [
    "dev/gap.ts",
    'export function side(of: "buy" | "sell"): number {\n  switch (of) {\n    case "buy":\n      return 1;\n  }\n  return 0;\n}\n',
    "typescript(switch-exhaustiveness-check)",
  ],
  ["web/src/upwards.ts", imports("../../workers/gateway/app.ts"), NO_IMPORTS],
  ["web/src/inside.ts", importsType("../../protocol/rpc/account.ts"), NO_IMPORTS],
  ["dev/long.ts", "// A line.\n".repeat(401), "eslint(max-lines)"],
  [
    "dev/endless.ts",
    `export function endless(list: number[]): void {\n${"  list.push(1);\n".repeat(90)}}\n`,
    "eslint(max-lines-per-function)",
  ],
];

export const ALLOWED: readonly Allowed[] = [
  ["domain/indicators/library.ts", imports("trading-signals")],
  ["domain/good/inner.ts", imports("../decimal.ts")],
  ["domain/account/good/downwards.ts", importsType("../../matching/messages.ts")],
  [
    "protocol/good.ts",
    imports("../domain/decimal.ts") + 'import * as z from "zod";\nexport const text = (): unknown => z;\n',
  ],
  ["protocol/wire/good.ts", imports("../auth/principal.ts")],
  ["protocol/rpc/identity/good.ts", importsType("../../wire/passkeys.ts")],
  ["protocol/mapping/good.ts", importsType("../rpc/account.ts")],
  ["db/good.ts", importsType("../protocol/rpc.ts")],
  [
    "durable-objects/audit/good.ts",
    imports("../../db/auditWriter.ts") +
      importsType("../../domain/account/state/order.ts").replaceAll(/Thing|Other/g, (name) => `${name}2`),
  ],
  ["durable-objects/identity/apps/good.ts", imports("../../oauthProvider/authorizationServer.ts")],
  ["durable-objects/account/good.ts", imports("../actor/actor.ts")],
  [
    "durable-objects/actor/namespaces.ts",
    'export const at = (n: { getByName(x: string): number }): number => n.getByName("x");\n',
  ],
  ["workers/gateway/good.ts", imports("../../durable-objects/actor/namespaces.ts")],
  ["workers/quotes/relay/good.ts", importsType("../../../durable-objects/account/object.ts")],
  ["bench/good.ts", imports("../test/rig/exchange.ts")],
  ["dev/good.ts", imports("../db/migrate.ts")],
  ["web/src/good.ts", importsType("../../protocol/wire/orders.ts")],
  ["domain/good/some.test.ts", imports("../../dev/testing.ts")],
];

/** Two files that import each other: one of them is refused. */
export const CYCLE: readonly Allowed[] = [
  ["domain/cycle/one.ts", 'import { two } from "./two.ts";\nexport const one = (): number => two();\n'],
  ["domain/cycle/two.ts", 'import { one } from "./one.ts";\nexport const two = (): number => one();\n'],
];
