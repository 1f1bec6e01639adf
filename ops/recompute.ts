/**
 * `npm run recompute -- activities.ndjson [fifo|lifo|highest_cost]`: prints what an account has, recomputed from an export of
 * its activities (`GET /v1/account/activities/export?format=ndjson`) alone. With a method the lots of each sale are chosen
 * here, and must be those of the export.
 */
import { createReadStream } from "node:fs";
import { createInterface } from "node:readline";
import { type ExportedRow, LOT_METHODS, Recomputation } from "./recompute/recomputation.ts";

const [file, named] = process.argv.slice(2);
const method = LOT_METHODS.find((each) => each === named) ?? null;
if (file === undefined || (named !== undefined && method === null)) {
  process.stderr.write("usage: npm run recompute -- activities.ndjson [fifo|lifo|highest_cost]\n");
  process.exit(2);
}
const recomputation = new Recomputation(method);
for await (const line of createInterface({ input: createReadStream(file), crlfDelay: Number.POSITIVE_INFINITY })) {
  if (line !== "") recomputation.add(JSON.parse(line) as ExportedRow);
}
process.stdout.write(`${JSON.stringify(recomputation.result(), null, 2)}\n`);
