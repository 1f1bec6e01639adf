/**
 * `npm run dev`: the whole exchange on this machine. PostgreSQL, the Neon bridge, migrations, the three workers, demo
 * data and market makers; one line when it is ready, and Ctrl-C ends every part.
 */
import { accessSync, constants, readFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { migrate } from "../db/migrate.ts";
import { calendarNamed } from "../domain/market/calendar.ts";
import { newYorkTime } from "../protocol/mapping/clock.ts";
import { exchangeApi, type Api } from "./api.ts";
import { Demo, prepareDemo, QUOTED } from "./demo.ts";
import { strayDevVars } from "./envFiles.ts";
import { startExchange } from "./exchange.ts";
import { StartFailure, errorText, whyNotWritten } from "./failure.ts";
import { readJsonFile } from "./files.ts";
import { closedUntil, startMarketMakers, waitForQuotes } from "./marketMakers.ts";
import { startBridge } from "./neonBridge.ts";
import { USAGE, readOptions } from "./options.ts";
import type { Options } from "./options.ts";
import { seedPast } from "./past/seedPast.ts";
import { portTrouble } from "./ports.ts";
import { checkDatabase, holdsAuditTrail, startPostgres } from "./postgres.ts";
import { writerLogin } from "./postgresLogin.ts";
import { banner, step } from "./progress.ts";
import { untilAvailable } from "./refused.ts";
import { followRequests } from "./requestView.ts";
import { loadSecrets } from "./secrets.ts";
import { openStateFolder } from "./stateFolder.ts";

const ROOT = fileURLToPath(new URL("..", import.meta.url));
const PARENT_POLL_MS = 1_000;
const SAME_SIGNAL_MS = 500;

/** The started parts, which are stopped in reverse order. */
const running: { name: string; stop: () => Promise<void> | void }[] = [];
let stopping: Promise<void> | null = null;
let stoppingSince = 0;

const report = (line: string): void => console.log(`  ${new Date().toLocaleTimeString("en-GB")} ${line}`);

/** Gives what is quoted its past. */
async function pastOf(api: Api, { admin }: Demo): ReturnType<typeof seedPast> {
  return seedPast(api, { bearer: await api.signIn(admin.email, admin.password) }, QUOTED);
}

async function start(options: Options): Promise<void> {
  checkCheckout();
  await checkPort(options.port);
  const state = await step(
    "state folder",
    async () => await openStateFolder(options.stateDir, options.fresh),
    ({ dir }) => dir,
  );
  running.push({ name: "state folder", stop: state.release });
  const secrets = await loadSecrets(state.path("secrets.json"));
  const databaseUrl = await step("PostgreSQL", () => openPostgres(options, state.path), describeDatabase);
  const bridge = await step(
    "Neon bridge",
    () => startBridge(),
    ({ url }) => url,
  );
  running.push({ name: "Neon bridge", stop: bridge.close });
  const writerUrl = await step(
    "migrations",
    async () => {
      await migrate(databaseUrl);
      return await writerLogin(databaseUrl, secrets.writerPassword);
    },
    () => "done",
  );
  const demoFile = state.path("demo.json");
  await checkTrail(options, databaseUrl, demoFile);
  const { port } = options;
  const exchange = await step(
    "exchange",
    () =>
      startExchange({
        root: ROOT,
        stateDir: state.dir,
        port,
        secrets,
        databaseUrl: writerUrl,
        fetchEndpoint: bridge.url,
        report,
        logRequests: options.requests,
      }),
    () => "gateway, quotes and core answer",
  );
  running.push({ name: "exchange", stop: exchange.stop });
  const { url } = exchange;
  const api = exchangeApi(url, 8, undefined, waitAsTold);
  const makersFile = state.path("makers.json");
  const approverFile = state.path("approver.json");
  const { fourEyes } = options;
  const demo = await step(
    "demo data",
    () =>
      untilAvailable(() =>
        prepareDemo(api, { url, databaseUrl, demoFile, makersFile, approverFile, fourEyes }, secrets),
      ),
    () => demoFile,
  );
  await step(
    "history",
    () => untilAvailable(() => pastOf(api, demo)),
    (symbols) => (symbols === 0 ? "as it was" : `a year of days and a month of minutes, for ${symbols} symbols`),
  );
  const opens = closedUntil(calendarNamed(process.env["MARKET_CALENDAR"]), Date.now());
  const closed = opens === null ? null : `closed until ${newYorkTime(opens)}`;
  const lacking = await step(
    "market makers",
    async () => {
      running.push({ name: "market makers", stop: (await startMarketMakers(state.dir, url, report)).stop });
      return closed === null ? await waitForQuotes(api, demo.admin) : [];
    },
    (symbols) => (symbols.length === 0 ? (closed ?? "quoting 20 symbols") : `no quotes yet in ${symbols.join(", ")}`),
  );
  api.close();
  if (lacking.length > 0) report(`see ${state.path("logs/makers.log")}`);
  console.log(`ready on ${url}`);
  console.log(banner(url, state.dir, closed));
  if (options.requests)
    running.push({ name: "requests", stop: followRequests(state.path("logs/exchange.log"), report) });
}

/** Checks that the project's folder is writable, because wrangler builds the workers there. */
function checkCheckout(): void {
  try {
    accessSync(ROOT, constants.W_OK);
  } catch (error) {
    throw new StartFailure(whyNotWritten(error, ROOT) ?? errorText(error));
  }
  const stray = strayDevVars(ROOT);
  if (stray === null) return;
  throw new StartFailure(`${stray} would hide what the exchange is started with: remove it, or name it .env.`);
}

/** Reports a rate limit: all clients on this machine share its address. */
async function waitAsTold(seconds: number): Promise<void> {
  report(`too many requests a minute from this machine: waiting ${seconds} s, as the exchange says`);
  await sleep(seconds * 1_000);
}

async function checkPort(port: number): Promise<void> {
  const trouble = await portTrouble(port);
  if (trouble === "") return;
  if (trouble === "EACCES")
    throw new StartFailure(`No permission to listen on port ${port}: choose one from 1024 up with PORT.`);
  if (trouble !== "EADDRINUSE")
    throw new StartFailure(`Cannot listen on port ${port} (${trouble}): choose another with PORT.`);
  throw new StartFailure(
    `Port ${port} is busy: stop what listens there, or choose another, say PORT=${port + 1} npm run dev.`,
  );
}

async function openPostgres(options: Options, path: (name: string) => string): Promise<string> {
  if (options.databaseUrl !== null) {
    await checkDatabase(options.databaseUrl);
    return options.databaseUrl;
  }
  const postgres = await startPostgres({ dir: path("postgres"), logFile: path("logs/postgres.log"), report });
  running.push({ name: "PostgreSQL", stop: postgres.stop });
  return postgres.url;
}

/**
 * Refuses a database that has the audit trail of another state folder, because each folder numbers its audit events
 * from 1. The embedded database belongs to its folder.
 */
async function checkTrail(options: Options, databaseUrl: string, demoFile: string): Promise<void> {
  if (options.databaseUrl === null || readJsonFile(demoFile, Demo)?.databaseUrl === databaseUrl) return;
  if (!(await holdsAuditTrail(databaseUrl))) return;
  throw new StartFailure(
    "The database of DATABASE_URL holds the audit trail of another state folder: give an empty one.",
  );
}

function describeDatabase(databaseUrl: string): string {
  const { hostname, port, pathname } = new URL(databaseUrl);
  return `${hostname}:${port || "5432"}${pathname}`;
}

/** Stops all parts once, in reverse order of their start. */
async function stopAll(): Promise<void> {
  for (const part of running.splice(0).reverse()) {
    try {
      await part.stop();
    } catch (error) {
      console.error(`  ${part.name} did not stop in order: ${errorText(error)}`);
    }
  }
}

function shutDown(why: string, exitCode: number): void {
  if (stopping !== null) {
    // On the second Ctrl-C the reaper kills the rest. npm forwards the first Ctrl-C, which this process gets from the
    // terminal too.
    if (performance.now() - stoppingSince > SAME_SIGNAL_MS) process.exit(130);
    return;
  }
  stoppingSince = performance.now();
  console.log(`\n${why}: stopping`);
  stopping = stopAll().finally(() => {
    console.log("stopped");
    process.exit(exitCode);
  });
}

/**
 * The process id of npm, to notice its end: after SIGKILL npm forwards no signal. With a shell between npm and this
 * process it is the parent's parent, read from /proc.
 */
function npmProcess(): number {
  const parent = process.ppid;
  try {
    const [, name, grandparent] = /^\d+ \((.*)\) \S (\d+)/.exec(readFileSync(`/proc/${parent}/stat`, "utf8")) ?? [];
    return name !== undefined && /^(ba|da|k|z)?sh$/.test(name) ? Number(grandparent) : parent;
  } catch {
    return parent;
  }
}

for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, () => shutDown(signal, 0));
// Writing to a closed terminal must not end the process.
for (const stream of [process.stdout, process.stderr]) stream.on("error", () => {});
if (process.env["npm_lifecycle_event"] !== undefined) {
  const npm = npmProcess();
  setInterval(() => {
    if (npmProcess() !== npm && stopping === null) shutDown("npm has ended", 1);
  }, PARENT_POLL_MS).unref();
}

try {
  const options = readOptions(process.argv.slice(2), process.env, process.cwd());
  if (options.help) console.log(USAGE);
  else await start(options);
} catch (error) {
  if (stopping === null) {
    console.error(error instanceof StartFailure ? error.message : `The start failed: ${errorText(error)}`);
    stopping = stopAll();
    await stopping;
    process.exit(1);
  }
}
