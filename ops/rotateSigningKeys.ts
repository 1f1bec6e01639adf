/**
 * Replaces the keys that sign access tokens, one phase at each call (ops/signingKeySet.ts says which, and when it may be):
 *
 *     npm run keys:rotate                                     of the state folder .dev (--state DIR for another)
 *     npm run keys:rotate -- staging --secrets FILE           of an environment: puts the secret, then writes FILE
 *     npm run keys:rotate -- staging --secrets FILE --dry-run says what it would do
 *
 * The platform does not return secrets, so FILE has the last values: JSON with a field JWT_KEYS, as for deployments.
 */
import { parseArgs } from "node:util";
import { SigningKeySet, rotate } from "./signingKeySet.ts";
import { Failure, putSecret, readFields, runScript, secretPlace, writeFields } from "./secretFile.ts";

/** A state folder has the set as JSON and not as text. */
const SECRET = { name: "JWT_KEYS", worker: "exchange-gateway", field: "jwtKeys" };

function readSet(file: string, field: string, value: unknown): SigningKeySet {
  try {
    return SigningKeySet.parse(typeof value === "string" ? JSON.parse(value) : value);
  } catch {
    throw new Failure(`${file} has no set of private keys in ${field}: put there what was deployed last.`);
  }
}

function main(): void {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      "dry-run": { type: "boolean", default: false },
      secrets: { type: "string" },
      state: { type: "string", default: ".dev" },
    },
  });
  const { file, field, worker } = secretPlace({ name: positionals[0], ...values, secrets: values.secrets }, SECRET);
  const fields = readFields(file);
  const { phase, kid, set, nextAt } = rotate(readSet(file, field, fields[field]), Date.now());
  const what = { add: "publish the next key", promote: "sign with the next key", drop: "drop the old key" }[phase];
  console.log(`${phase}: ${what} (${kid}) at ${worker ?? file}`);
  if (values["dry-run"]) return console.log("Nothing was changed.");
  if (worker !== null) putSecret(worker, SECRET.name, JSON.stringify(set));
  writeFields(file, { ...fields, [field]: worker === null ? set : JSON.stringify(set) });
  if (worker === null) console.log("The next start of the exchange takes it.");
  console.log(
    nextAt === null ? "The rotation is complete." : `The next phase: not before ${new Date(nextAt).toISOString()}.`,
  );
}

await runScript(main);
