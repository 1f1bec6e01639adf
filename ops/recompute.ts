/**
 * `npm run recompute -- activities.ndjson`: prints what an account has, recomputed from an export of its activities
 * (`GET /v1/account/activities/export?format=ndjson`) alone.
 */
import { createReadStream } from "node:fs";
import { createInterface } from "node:readline";
import { type ExportedRow, Recomputation } from "./recompute/recomputation.ts";

const [file] = process.argv.slice(2);
if (file === undefined) {
  process.stderr.write("usage: npm run recompute -- activities.ndjson\n");
  process.exit(2);
}
const recomputation = new Recomputation();
for await (const line of createInterface({ input: createReadStream(file), crlfDelay: Number.POSITIVE_INFINITY })) {
  if (line !== "") recomputation.add(JSON.parse(line) as ExportedRow);
}
process.stdout.write(`${JSON.stringify(recomputation.result(), null, 2)}\n`);
