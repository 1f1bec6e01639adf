/**
 * `npm run history -- verify`: proves that sealed trades are those of the audit trail, that bars are those of the trades, and
 * that manifests are a chain. `npm run history -- rebuild`: also makes missing and damaged files again. Exit code 0 when
 * everything agrees, 1 on a difference (also when rebuild has made it again), 2 when it could not be checked.
 */
import { spawnSync } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { parseArgs } from "node:util";
import type pg from "pg";
import { StartFailure, errorText } from "../dev/failure.ts";
import { auditedTrades } from "./history/auditedTrades.ts";
import { type HistoryVerdict, verifyHistory } from "./history/run.ts";
import { historySource } from "./history/source.ts";
import { openExchange } from "./verify/exchange.ts";
import { connect, readTarget } from "./verify/target.ts";
import { ROOT } from "./workers.ts";

const USAGE = `npm run history -- verify|rebuild [--url URL] [--state DIR] [--symbol SYMBOL] [--out DIR] [--upload BUCKET] [--json]
  --url URL        the exchange (the one of npm run dev)
  --state DIR      where that one's demo.json is (.dev)
  --symbol SYMBOL  only this one
  --out DIR        rebuild: where the files are written (rebuilt-history)
  --upload BUCKET  rebuild: also puts them into this R2 bucket, with wrangler; "local" for the bucket of npm run dev
  --json           the verdict as JSON
environment: as for npm run verify`;

const NOT_CHECKED = 2;
const FAULTS_SHOWN = 20;

interface Options {
  readonly out: string;
  readonly upload?: string;
  readonly state: string;
}

/** Writes a file to the folder, and to the bucket if one is named. */
function keeper({ out, upload, state }: Options) {
  return (key: string, bytes: Uint8Array): Promise<void> => {
    const file = join(resolve(out), key);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, bytes);
    if (upload !== undefined) putIntoBucket(upload, key, file, state);
    return Promise.resolve();
  };
}

function putIntoBucket(bucket: string, key: string, file: string, state: string): void {
  const local = bucket === "local";
  const place = local ? ["--local", "--persist-to", join(resolve(state), "state")] : ["--remote"];
  const wrangler = join(ROOT, "node_modules", "wrangler", "bin", "wrangler.js");
  const args = [
    wrangler,
    "r2",
    "object",
    "put",
    `${local ? "exchange-history" : bucket}/${key}`,
    "--file",
    file,
    ...place,
  ];
  const { status } = spawnSync(process.execPath, args, { cwd: ROOT, stdio: ["ignore", "ignore", "inherit"] });
  if (status !== 0) throw new Error(`wrangler has not put ${key} into the bucket`);
}

function verdictText({ parts, trades, waiting, faults, rebuilt }: HistoryVerdict, rebuilds: boolean): string {
  const lines = [`  ${parts} sealed parts, ${trades} trades; ${waiting} trades are not sealed yet`];
  lines.push(...rebuilt.map((key) => `REBUILT ${key}`));
  lines.push(...faults.slice(0, FAULTS_SHOWN).map((fault) => `DIFFERS ${fault}`));
  if (faults.length > FAULTS_SHOWN) lines.push(`and ${faults.length - FAULTS_SHOWN} more`);
  if (faults.length === 0) lines.push("VERIFIED");
  else if (rebuilds) lines.push("Run verify again when the rebuilt files are in the bucket.");
  return lines.join("\n");
}

async function main(): Promise<number> {
  const options = {
    url: { type: "string" },
    state: { type: "string", default: process.env["STATE_DIR"] ?? ".dev" },
    symbol: { type: "string" },
    out: { type: "string", default: "rebuilt-history" },
    upload: { type: "string" },
    json: { type: "boolean", default: false },
    help: { type: "boolean", short: "h", default: false },
  } as const;
  let parsed;
  try {
    parsed = parseArgs({ options, allowPositionals: true });
  } catch (error) {
    throw new StartFailure(`${errorText(error)}\n${USAGE}`);
  }
  const { values, positionals } = parsed;
  const [command] = positionals;
  if (values.help || (command !== "verify" && command !== "rebuild")) {
    console.log(USAGE);
    return values.help ? 0 : NOT_CHECKED;
  }
  const { url, databaseUrls, admin } = readTarget(values);
  const exchange = openExchange(url, admin, (sentence) => console.error(sentence));
  const clients: pg.Client[] = [];
  try {
    for (const databaseUrl of databaseUrls) clients.push(await connect(databaseUrl));
    const source = historySource(exchange);
    const keep = command === "rebuild" ? keeper(values) : null;
    const verdict = await verifyHistory(source, (since) => auditedTrades(clients, since), values.symbol ?? null, keep);
    console.log(values.json ? JSON.stringify(verdict, null, 2) : verdictText(verdict, keep !== null));
    return verdict.faults.length === 0 ? 0 : 1;
  } finally {
    exchange.close();
    await Promise.allSettled(clients.map((client) => client.end()));
  }
}

try {
  process.exitCode = await main();
} catch (error) {
  console.error(error instanceof StartFailure ? error.message : `The verification failed: ${errorText(error)}`);
  process.exitCode = NOT_CHECKED;
}
