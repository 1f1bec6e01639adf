/**
 * `npm run bench:signin [-- --quick]`: sign-ins a second, and whether the time of a refusal reveals which e-mails
 * have a login. The production bundles on a bare workerd.
 */
import { randomInt, randomUUID } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { exchangeApi } from "../dev/api.ts";
import { httpClient, type HttpClient } from "../dev/http.ts";
import { startTestDatabase } from "../dev/testing.ts";
import { type RiggedExchange, startExchange } from "../test/rig/exchange.ts";
import { cpuSince, cpuTime } from "./processCpu.ts";
import { median, rankTest } from "./rankTest.ts";
import { machineText } from "./report.ts";

const PASSWORD = "correct horse battery staple";
/** The number of concurrent derivations of one isolate. */
const IN_FLIGHT = 2;
/** Wrong attempts per e-mail; the sixth would be delayed. The first one wakes hibernated objects. */
const TRIES = 4;

interface Size {
  /** E-mails with a login, and as many without. */
  readonly users: number;
  readonly seconds: number;
}

const FULL: Size = { users: 40, seconds: 20 };
const QUICK: Size = { users: 15, seconds: 4 };

const { values } = parseArgs({ options: { quick: { type: "boolean" } } });
const size = values.quick === true ? QUICK : FULL;
const dir = mkdtempSync(join(tmpdir(), "exchange-bench-"));
const database = await startTestDatabase();
try {
  const exchange = await startExchange({ dir, database });
  try {
    console.log(machineText());
    const known = await makeUsers(exchange, size.users);
    await throughput(exchange, known, size.seconds);
    // A restart evicts all logins from memory, because awake ones answer sooner.
    await exchange.kill();
    await exchange.restart();
    await timing(exchange, known);
  } finally {
    await exchange.stop();
  }
} finally {
  await database.close();
  rmSync(dir, { recursive: true, force: true });
}

async function makeUsers({ url, bootstrapSecret }: RiggedExchange, count: number): Promise<string[]> {
  const api = exchangeApi(url, 2);
  try {
    await api.bootstrapAdmin(bootstrapSecret, "admin@rig.test", PASSWORD);
    const by = { admin: { bearer: await api.signIn("admin@rig.test", PASSWORD) } };
    const emails: string[] = [];
    for (let i = 0; i < count; i++) {
      const email = `${randomUUID()}@rig.test`;
      await api.createUser(by, email, PASSWORD, "standard");
      emails.push(email);
    }
    return emails;
  } finally {
    api.close();
  }
}

async function throughput({ url, pid }: RiggedExchange, emails: readonly string[], seconds: number): Promise<void> {
  const http = httpClient(url, IN_FLIGHT, 30_000);
  try {
    const before = cpuTime(pid());
    const started = performance.now();
    let done = 0;
    const client = async (): Promise<void> => {
      while (performance.now() - started < seconds * 1000) {
        await signIn(http, emails[done++ % emails.length] ?? "", PASSWORD, 200);
      }
    };
    await Promise.all(Array.from({ length: IN_FLIGHT }, client));
    const elapsed = (performance.now() - started) / 1000;
    const cpu = cpuSince(pid(), before).totalMs / 1000;
    console.log(
      `sign-ins: ${(done / elapsed).toFixed(1)}/s with ${IN_FLIGHT} under way; ` +
        `${(done / cpu).toFixed(1)}/s per core (${((1000 * cpu) / done).toFixed(0)} ms of CPU each)`,
    );
  } finally {
    http.close();
  }
}

/** Sends wrong passwords for e-mails with and without a login in turns, one after the other. */
async function timing({ url }: RiggedExchange, known: readonly string[]): Promise<void> {
  const unknown = known.map(() => `${randomUUID()}@rig.test`);
  const http = httpClient(url, 1, 30_000);
  try {
    for (let i = 0; i < 5; i++) await signIn(http, `${randomUUID()}@rig.test`, "wrong wrong wrong", 401);
    const asleep = { known: [] as number[], unknown: [] as number[] };
    const awake = { known: [] as number[], unknown: [] as number[] };
    for (let round = 0; round < TRIES; round++) {
      const into = round === 0 ? asleep : awake;
      for (let i = 0; i < known.length; i++) {
        const pair = [
          { email: known[i] ?? "", times: into.known },
          { email: unknown[i] ?? "", times: into.unknown },
        ];
        if (randomInt(2) === 1) pair.reverse();
        for (const { email, times } of pair) times.push(await signIn(http, email, "wrong wrong wrong", 401));
      }
    }
    report("refused sign-ins, logins asleep", asleep.known, asleep.unknown);
    report("refused sign-ins, logins awake", awake.known, awake.unknown);
  } finally {
    http.close();
  }
}

/** Milliseconds of a sign-in. Throws on an unexpected answer. */
async function signIn(http: HttpClient, email: string, password: string, status: number): Promise<number> {
  const started = performance.now();
  const answer = await http.request("POST", "/v1/auth/login", {}, { email, password });
  if (answer.status !== status)
    throw new Error(`${answer.status} instead of ${status}: ${JSON.stringify(answer.body)}`);
  return performance.now() - started;
}

function report(what: string, known: readonly number[], unknown: readonly number[]): void {
  const [a, b] = [median(known), median(unknown)];
  const p = rankTest(known, unknown);
  console.log(
    `${what}: median ${a.toFixed(2)} ms with a login, ${b.toFixed(2)} ms without ` +
      `(${(a - b).toFixed(2)} ms; ${known.length} of each, Mann-Whitney p = ${p.toFixed(3)})`,
  );
}
