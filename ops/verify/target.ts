/** Which exchange and which databases a command is about. */
import { join, resolve } from "node:path";
import pg from "pg";
import type { Key } from "../../dev/credentials.ts";
import { Demo } from "../../dev/demo.ts";
import { StartFailure, errorText } from "../../dev/failure.ts";
import { readJsonFile } from "../../dev/files.ts";

const CONNECT_MS = 10_000;
/** A page of the trail takes milliseconds; minutes without an answer are an outage. */
const QUERY_MS = 120_000;

export interface Target {
  readonly url: string;
  readonly databaseUrls: readonly string[];
  readonly admin: Key;
}

/** What the options and the environment name. Throws StartFailure when something is missing. */
export function readTarget(values: { url?: string | undefined; state: string }): Target {
  const demoFile = join(resolve(values.state), "demo.json");
  const demo = readJsonFile(demoFile, Demo);
  const env = (name: string): string | undefined => process.env[name] || undefined;
  const [keyId, secret] = [env("APCA_API_KEY_ID"), env("APCA_API_SECRET_KEY")];
  const url = values.url ?? demo?.url;
  // Environment variables apply to the exchange of --url; `npm run dev` has values of its own.
  const databaseUrl = values.url === undefined ? (demo?.databaseUrl ?? env("DATABASE_URL")) : env("DATABASE_URL");
  const admin = keyId !== undefined && secret !== undefined ? { keyId, secret } : demo?.admin;
  if (url === undefined) throw new StartFailure(`${demoFile} is missing: start npm run dev, or give --url.`);
  if (databaseUrl === undefined) throw new StartFailure("DATABASE_URL is not set: give the URL of the audit trail.");
  if (admin === undefined) {
    throw new StartFailure("APCA_API_KEY_ID and APCA_API_SECRET_KEY are not set: give an administrator's key.");
  }
  const ofEu = values.url === undefined ? undefined : env("DATABASE_URL_EU");
  const hasOwn = ofEu !== undefined && ofEu !== "none" && ofEu !== databaseUrl;
  return { url, databaseUrls: hasOwn ? [databaseUrl, ofEu] : [databaseUrl], admin };
}

/** A connection to a database of the trail. Rejects with StartFailure. */
export async function connect(databaseUrl: string): Promise<pg.Client> {
  const client = new pg.Client({
    connectionString: databaseUrl,
    connectionTimeoutMillis: CONNECT_MS,
    query_timeout: QUERY_MS,
  });
  // The statement in progress reports the error.
  client.on("error", () => {});
  try {
    await client.connect();
    return client;
  } catch (error) {
    throw new StartFailure(`Cannot connect to the database of the audit trail: ${errorText(error)}.`);
  }
}
