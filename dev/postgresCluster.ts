/** The files of an embedded PostgreSQL cluster: created once, checked, and taken over from a killed run. */
import { execFileSync } from "node:child_process";
import {
  closeSync,
  existsSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { dirname, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { StartFailure, errorCode, errorText } from "./failure.ts";
import { identity } from "./postgresHome.ts";
import type { PostgresHome } from "./postgresHome.ts";

/** The longest shutdown of a server that a killed run left running. */
const ORPHAN_MS = 30_000;
const POLL_MS = 50;

/** Throws StartFailure unless the data folder is missing or a cluster of our PostgreSQL's major version. */
export function checkVersion(home: PostgresHome): void {
  if (!existsSync(home.dataDir)) return;
  let found = "";
  try {
    found = readFileSync(join(home.dataDir, "PG_VERSION"), "utf8").trim();
  } catch (error) {
    if (errorCode(error) !== "ENOENT" && errorCode(error) !== "ENOTDIR") {
      throw new StartFailure(`Cannot read ${home.dataDir}: ${errorText(error)}.`);
    }
  }
  const ours = /(\d+)\./.exec(execFileSync(home.postgres, ["--version"], { encoding: "utf8" }))?.[1] ?? "";
  if (found === "") {
    throw new StartFailure(`${home.dataDir} is not a PostgreSQL cluster: start with --fresh to wipe the state folder.`);
  }
  if (found !== ours) {
    throw new StartFailure(
      `${home.dataDir} is data of PostgreSQL ${found} and this is PostgreSQL ${ours}: start with --fresh to wipe it, or keep it elsewhere.`,
    );
  }
}

/** Creates the cluster under another name and renames it, so that an interrupted start leaves no incomplete cluster. */
export function initialise(home: PostgresHome, user: string, password: string, logFile: string): void {
  const unfinished = `${home.dataDir}.new`;
  const passwordFile = `${home.dataDir}.password`;
  rmSync(unfinished, { recursive: true, force: true });
  mkdirSync(unfinished, { mode: 0o700 });
  writeFileSync(passwordFile, `${password}\n`, { mode: 0o600 });
  if (home.uid !== undefined) execFileSync("chown", ["-R", `${home.uid}:${home.gid}`, unfinished, passwordFile]);
  const log = openSync(logFile, "a");
  try {
    execFileSync(
      home.initdb,
      [
        "-D",
        unfinished,
        "-U",
        user,
        `--pwfile=${passwordFile}`,
        "--auth=scram-sha-256",
        "--encoding=UTF8",
        "--no-locale",
      ],
      { stdio: ["ignore", log, log], cwd: dirname(home.dataDir), ...identity(home) },
    );
  } catch (error) {
    throw new StartFailure(`PostgreSQL could not make its data folder (${errorText(error)}); see ${logFile}.`);
  } finally {
    closeSync(log);
    rmSync(passwordFile, { force: true });
  }
  renameSync(unfinished, home.dataDir);
}

/** Changes the owner of the data to the server's user, as PostgreSQL requires. */
export function adoptFiles(home: PostgresHome): void {
  if (home.uid === undefined || statSync(home.dataDir).uid === home.uid) return;
  execFileSync("chown", ["-R", `${home.uid}:${home.gid}`, home.dataDir]);
}

/** Stops a server that a killed run left on this cluster. This run holds the folder's lock, so no other run uses it. */
export async function stopOrphan(dataDir: string): Promise<void> {
  const pidFile = join(dataDir, "postmaster.pid");
  const pid = existsSync(pidFile) ? Number(readFileSync(pidFile, "utf8").split("\n")[0]) : 0;
  if (!Number.isInteger(pid) || pid <= 1) return;
  let command = "";
  try {
    command = execFileSync("ps", ["-o", "args=", "-p", String(pid)], {
      encoding: "utf8",
      stdio: ["ignore", "pipe", "ignore"],
    });
  } catch {
    return;
  }
  if (!command.includes(dataDir)) return;
  process.kill(pid, "SIGINT");
  const deadline = Date.now() + ORPHAN_MS;
  while (existsSync(pidFile) && Date.now() < deadline) await sleep(POLL_MS);
}
