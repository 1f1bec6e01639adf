/** `npm run feeds:record -- FILE --day DAY --out OUT`: makes a recorded day of a file of ITCH 5.0. */
import { closeSync, openSync, writeSync } from "node:fs";
import { parseArgs } from "node:util";
import { errorText, StartFailure } from "../dev/failure.ts";
import { recordItch } from "./feeds/recordItch.ts";

const USAGE = `npm run feeds:record -- FILE --day 2026-11-30 --out day.jsonl [--symbols AAPL,MSFT]
  FILE       a file of Nasdaq TotalView-ITCH 5.0, .gz or not
  --day      its day in New York
  --out      the file to write
  --symbols  the stocks to record (all)`;

async function main(args: string[]): Promise<void> {
  const options = { day: { type: "string" }, out: { type: "string" }, symbols: { type: "string" } } as const;
  let parsed;
  try {
    parsed = parseArgs({ args, options, allowPositionals: true });
  } catch (error) {
    throw new StartFailure(`${errorText(error)}\n${USAGE}`);
  }
  const [file] = parsed.positionals;
  const { day, out, symbols } = parsed.values;
  if (file === undefined || day === undefined || out === undefined) throw new StartFailure(USAGE);
  const wanted = symbols === undefined ? null : new Set(symbols.split(","));
  const lines = openSync(out, "w");
  const counts = await recordItch({ file, day, symbols: wanted }, (line) => writeSync(lines, `${line}\n`));
  closeSync(lines);
  console.error(
    `${counts.elements} elements; left out: ${counts.unlisted} messages of other stocks, ` +
      `${counts.unknownOrders} of unknown orders`,
  );
}

main(process.argv.slice(2)).catch((error: unknown) => {
  console.error(error instanceof StartFailure ? error.message : errorText(error));
  process.exitCode = 1;
});
