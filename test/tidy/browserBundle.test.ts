/** DV-30: a browser that imports protocol/wire and protocol/stream gets no listing, no calendar and no object code. */
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { build } from "esbuild";
import { expect, test } from "vitest";

const ROOT = join(import.meta.dirname, "..", "..");
const ROOMS = ["protocol/wire", "protocol/stream"];

/** Files outside of the two rooms that they may pull in: constants and pure functions. */
const PURE_FILES = [
  "domain/accountType.ts",
  "domain/fees/planNames.ts",
  "domain/market/bars/barSource.ts",
  "domain/market/newYork.ts",
  "domain/market/phase.ts",
  "domain/order/chosenLotsMax.ts",
  "domain/order/commandsMax.ts",
  "domain/order/orderClass.ts",
  "domain/order/orderType.ts",
  "domain/order/side.ts",
  "domain/order/terms.ts",
  "domain/order/timeInForce.ts",
  "domain/portfolio/history/timeframes.ts",
  "domain/rateLimit.ts",
  "domain/risk/settingWords.ts",
  "domain/sameData.ts",
  "domain/transfers/transferState.ts",
  "protocol/auth/accessToken.ts",
  "protocol/auth/appScopes.ts",
  "protocol/auth/ipRanges.ts",
  "protocol/auth/principal.ts",
  "protocol/ids/loginRoute.ts",
  "protocol/ids/region.ts",
];
const PACKAGES = ["msgpackr", "zod"];

/** Of our own code, minified: what a page loads, if it uses every export. */
const OWN_BYTES_MAX = 110_000;

function filesOf(room: string): string[] {
  const names = readdirSync(join(ROOT, room)).filter((name) => name.endsWith(".ts") && !name.endsWith(".test.ts"));
  return names.map((name) => `${room}/${name}`);
}

async function bundle(files: readonly string[]): Promise<Map<string, number>> {
  const { metafile } = await build({
    stdin: {
      contents: files.map((file, nth) => `export * as file${nth} from "./${file}";`).join("\n"),
      resolveDir: ROOT,
    },
    absWorkingDir: ROOT,
    bundle: true,
    write: false,
    metafile: true,
    minify: true,
    platform: "browser",
    format: "esm",
    target: "es2024",
    logLevel: "silent",
  });
  const [output] = Object.values(metafile.outputs);
  const bytes = new Map(Object.entries(output?.inputs ?? {}).map(([path, input]) => [path, input.bytesInOutput]));
  for (const path of Object.keys(metafile.inputs)) if (!bytes.has(path)) bytes.set(path, 0);
  bytes.delete("<stdin>");
  return bytes;
}

const packageOf = (path: string): string | undefined => /node_modules\/([^/]+)/.exec(path)?.[1];

test("DV-30: a browser's bundle of wire and stream has their files, a few pure ones and two packages", async () => {
  const modules = await bundle(ROOMS.flatMap(filesOf));
  const own = [...modules].filter(([path]) => packageOf(path) === undefined);
  const outside = own.map(([path]) => path).filter((path) => !ROOMS.some((room) => path.startsWith(`${room}/`)));
  expect(outside.toSorted()).toEqual(PURE_FILES);
  const packages = new Set([...modules.keys()].flatMap((path) => packageOf(path) ?? []));
  expect([...packages].toSorted()).toEqual(PACKAGES);
  const bytes = own.reduce((sum, [, size]) => sum + size, 0);
  console.log(
    `protocol/wire and protocol/stream in a browser: ${own.length} files, ${bytes} bytes of our own, minified`,
  );
  expect(bytes).toBeGreaterThan(10_000);
  expect(bytes).toBeLessThan(OWN_BYTES_MAX);
});

test("DV-30: the same check sees the listing when something pulls it in", async () => {
  const modules = await bundle(["domain/matching/orderBook.ts"]);
  expect([...modules.keys()]).toContain("domain/market/listing.ts");
});

test("DV-30: a browser computes indicators with the files of their room and one package", async () => {
  const modules = await bundle(filesOf("domain/indicators"));
  const own = [...modules.keys()].filter((path) => packageOf(path) === undefined);
  expect(own.toSorted()).toEqual(filesOf("domain/indicators").toSorted());
  expect(new Set([...modules.keys()].flatMap((path) => packageOf(path) ?? []))).toEqual(new Set(["trading-signals"]));
});
