/**
 * Replaces the key-encryption key of personal data, one phase at each call (ops/encryptionKeySet.ts):
 *
 *     npm run pii:rotate                                    of the state folder .dev (--state DIR for another)
 *     npm run pii:rotate -- staging --secrets FILE          of an environment: puts the secret, then writes FILE
 *     npm run pii:rotate -- ... --dry-run                   says what it would do
 *     npm run pii:rotate -- ... --url URL                   the last phase: first every user is moved to the new key
 * The last phase needs an administrator's key in APCA_API_KEY_ID and APCA_API_SECRET_KEY. Keep the old key as long as
 * backups from before the rotation are needed: only the old key decrypts them.
 */
import { parseArgs } from "node:util";
import * as z from "zod";
import { EncryptionKeySet, nextPhase } from "./encryptionKeySet.ts";
import { Failure, putSecret, readFields, runScript, secretPlace, writeFields } from "./secretFile.ts";

const SECRET = { name: "PII_MASTER_KEYS", worker: "exchange-core", field: "piiMasterKeys" };
const Touched = z.object({ touched: z.int(), next: z.string().nullable() });

function readSet(file: string, value: unknown): EncryptionKeySet {
  try {
    return EncryptionKeySet.parse(JSON.parse(z.string().parse(value)));
  } catch {
    throw new Failure(`${file} has no set of key-encryption keys: put there what was deployed last.`);
  }
}

/** Rewraps the data encryption keys of every user with the current key-encryption key. Returns the number of users. */
export async function touchAll(url: string, headers: Readonly<Record<string, string>>): Promise<number> {
  let [users, after] = [0, ""];
  for (;;) {
    const answer = await fetch(`${url}/v1/admin/vaults/touch?after=${after}`, { method: "POST", headers });
    if (!answer.ok) throw new Failure(`${url} answered ${answer.status}: the old key is still needed.`);
    const { touched, next } = Touched.parse(await answer.json());
    users += touched;
    if (next === null) return users;
    after = next;
  }
}

async function main(): Promise<void> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      "dry-run": { type: "boolean", default: false },
      secrets: { type: "string" },
      state: { type: "string", default: ".dev" },
      url: { type: "string" },
    },
  });
  const { file, field, worker } = secretPlace({ name: positionals[0], ...values, secrets: values.secrets }, SECRET);
  const fields = readFields(file);
  const { phase, key, set } = nextPhase(readSet(file, fields[field]));
  const what = { add: "make the next key known", promote: "wrap with the next key", drop: "drop the old key" }[phase];
  console.log(`${phase}: ${what} (${key}) at ${worker ?? file}`);
  if (values["dry-run"]) return console.log("Nothing was changed.");
  if (phase === "drop") {
    const { APCA_API_KEY_ID: id, APCA_API_SECRET_KEY: secret } = process.env;
    if (values.url === undefined || id === undefined || secret === undefined) {
      throw new Failure("Say where the exchange is (--url), and give an administrator's key in the environment.");
    }
    const headers = { "APCA-API-KEY-ID": id, "APCA-API-SECRET-KEY": secret };
    console.log(`${await touchAll(values.url, headers)} users hang on ${set.current} now.`);
  }
  const text = JSON.stringify(set);
  if (worker !== null) putSecret(worker, SECRET.name, text);
  writeFields(file, { ...fields, [field]: text });
  if (worker === null) console.log("The next start of the exchange takes it.");
}

if (import.meta.main) await runScript(main);
