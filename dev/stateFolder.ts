/** The folder where a development run keeps everything: `.dev`, or another by --state. */
import { accessSync, constants, existsSync, mkdirSync, readdirSync, renameSync, rmSync, statSync } from "node:fs";
import { join } from "node:path";
import { StartFailure, errorCode, errorText } from "./failure.ts";
import { takeLock } from "./lock.ts";
import { wipePostgres } from "./postgres.ts";

/** Everything that a run writes. --fresh removes nothing else. */
const OURS = [
  "demo.json",
  "makers.json",
  "makers-prices.json",
  "replay.json",
  "secrets.json",
  "state",
  "logs",
  "registry",
  "cache",
];

export interface StateFolder {
  readonly dir: string;
  path(name: string): string;
  /** Releases the folder. */
  release(): void;
}

/** Locks the folder for this run, creates it if needed, and wipes it if `fresh`. Throws StartFailure when unusable. */
export async function openStateFolder(dir: string, fresh: boolean): Promise<StateFolder> {
  const path = (name: string): string => join(dir, name);
  let release: () => void;
  try {
    if (existsSync(dir) && !statSync(dir).isDirectory()) {
      throw new StartFailure(`${dir} is a file, and the exchange keeps its state in a folder of that name: remove it.`);
    }
    mkdirSync(dir, { recursive: true });
    accessSync(dir, constants.R_OK | constants.W_OK | constants.X_OK);
    release = await takeLock(path("lock"));
  } catch (error) {
    throw explain(error, dir);
  }
  try {
    if (fresh) {
      await wipePostgres(path("postgres"));
      for (const name of OURS) rmSync(path(name), { recursive: true, force: true });
    }
    for (const name of ["logs", "state", "cache"]) mkdirSync(path(name), { recursive: true });
    keepLastLogs(path("logs"));
  } catch (error) {
    release();
    throw explain(error, dir);
  }
  return { dir, path, release };
}

function explain(error: unknown, dir: string): Error {
  const code = errorCode(error);
  if (error instanceof StartFailure || code === "") return error instanceof Error ? error : new Error(String(error));
  if (code === "EACCES" || code === "EPERM" || code === "EROFS") {
    return new StartFailure(`No permission to write in the state folder ${dir}: ${errorText(error)}.`);
  }
  if (code === "ENOTDIR" || code === "EEXIST" || code === "EISDIR") {
    return new StartFailure(`The state folder ${dir} is broken (${errorText(error)}): start with --fresh to wipe it.`);
  }
  return new StartFailure(`Cannot use the state folder ${dir}: ${errorText(error)}.`);
}

/** Rotates the logs: those of this run and of the previous one exist. */
function keepLastLogs(logs: string): void {
  for (const name of readdirSync(logs)) {
    if (name.endsWith(".log")) renameSync(join(logs, name), join(logs, `${name}.last`));
  }
}
