/**
 * `npm run verify`: proves that the audit trail is unaltered, and that accounts and books agree with it. Exit code 0
 * when everything agrees, 1 on a difference, 2 when a part could not be checked.
 */
import { parseArgs } from "node:util";
import type pg from "pg";
import { differenceText } from "../db/verify/difference.ts";
import { StartFailure, errorText } from "../dev/failure.ts";
import { openExchange } from "./verify/exchange.ts";
import type { Exchange } from "./verify/exchange.ts";
import { verify } from "./verify/run.ts";
import { connect, readTarget } from "./verify/target.ts";
import type { Verdict } from "./verify/run.ts";

const USAGE = `npm run verify -- [--url URL] [--state DIR] [--json]
  --url URL     the exchange (the one of npm run dev)
  --state DIR   where that one's demo.json is (.dev)
  --json        the verdict as JSON
environment: DATABASE_URL (the audit trail, as an auditor), DATABASE_URL_EU (the EU's, if it has its own), APCA_API_KEY_ID and APCA_API_SECRET_KEY (an administrator's);
without them those of npm run dev`;

const NOT_CHECKED = 2;
const DIFFERENCES_SHOWN = 20;

async function check(exchange: Exchange, databaseUrls: readonly string[]): Promise<Verdict> {
  const clients: pg.Client[] = [];
  try {
    for (const databaseUrl of databaseUrls) clients.push(await connect(databaseUrl));
    const tty = process.stderr.isTTY;
    return await verify(exchange, clients, (events) => {
      if (tty) process.stderr.write(`\r${events} events read`);
    });
  } catch (error) {
    if (error instanceof StartFailure) throw error;
    throw new StartFailure(`The audit trail cannot be read: ${errorText(error)}.`);
  } finally {
    await Promise.allSettled(clients.map((client) => client.end()));
  }
}

function verdictText(verdict: Verdict): string {
  const { shards, events, seconds, accounts, trades, books, differences, faults, unchecked } = verdict;
  const lines = shards.map(({ shard, events: read, head, checkpoint, checkpoints }) => {
    const signed = checkpoint === null ? "no checkpoint yet" : `${checkpoints} signed, the last at ${checkpoint}`;
    return `  shard ${String(shard).padStart(3)}  ${String(read).padStart(9)} events, head ${head.seq} ${head.hash.slice(0, 16)}…, ${signed}`;
  });
  const rate = Math.round(events / Math.max(seconds, 0.001));
  lines.push(
    `  ${events} events in ${seconds.toFixed(1)} s (${rate} a second); ${accounts} accounts, ${trades} trades, ${books} books`,
  );
  lines.push(...unchecked.map((sentence) => `NOT CHECKED ${sentence}.`));
  const found = [...differences.map(differenceText), ...faults];
  if (found.length === 0 && unchecked.length === 0) lines.push("VERIFIED");
  lines.push(...found.slice(0, DIFFERENCES_SHOWN).map((line) => `DIFFERS ${line}`));
  if (found.length > DIFFERENCES_SHOWN) lines.push(`and ${found.length - DIFFERENCES_SHOWN} more`);
  return lines.join("\n");
}

async function main(): Promise<number> {
  const options = {
    url: { type: "string" },
    state: { type: "string", default: process.env["STATE_DIR"] ?? ".dev" },
    json: { type: "boolean", default: false },
    help: { type: "boolean", short: "h", default: false },
  } as const;
  let values;
  try {
    ({ values } = parseArgs({ options }));
  } catch (error) {
    throw new StartFailure(`${errorText(error)}\n${USAGE}`);
  }
  if (values.help) {
    console.log(USAGE);
    return 0;
  }
  const { url, databaseUrls, admin } = readTarget(values);
  const exchange = openExchange(url, admin, (sentence) => console.error(sentence));
  try {
    const verdict = await check(exchange, databaseUrls);
    console.log(values.json ? JSON.stringify(verdict, null, 2) : verdictText(verdict));
    if (verdict.differences.length > 0 || verdict.faults.length > 0) return 1;
    return verdict.unchecked.length > 0 ? NOT_CHECKED : 0;
  } finally {
    exchange.close();
  }
}

try {
  process.exitCode = await main();
} catch (error) {
  console.error(error instanceof StartFailure ? error.message : `The verification failed: ${errorText(error)}`);
  process.exitCode = NOT_CHECKED;
}
