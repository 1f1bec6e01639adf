/** Progress messages of a start. */
import { relative } from "node:path";

/** Runs one step of the start and prints a line: its name at once, its result and duration at its end. */
export async function step<T>(name: string, run: () => Promise<T>, outcome: (result: T) => string): Promise<T> {
  const started = performance.now();
  process.stdout.write(`  ${name.padEnd(16)} `);
  try {
    const result = await run();
    const seconds = ((performance.now() - started) / 1000).toFixed(1);
    process.stdout.write(`${outcome(result)} (${seconds} s)\n`);
    return result;
  } catch (error) {
    process.stdout.write("failed\n");
    throw error;
  }
}

/** Commands to try in another terminal. `closed`: until when equities are closed; null while they trade. */
export function banner(url: string, stateDir: string, closed: string | null): string {
  const dir = relative(process.cwd(), stateDir);
  const state = dir === "" || dir.startsWith("..") ? stateDir : `./${dir}`;
  const demo = (path: string): string => `$(node -p "require('${state}/demo.json').${path}")`;
  return `
${closed === null ? "Twenty symbols are quoted and trade by themselves." : `Shares are ${closed}; coins trade.`} In another terminal:

  URL=${url}
  KEY=${demo("traders[0].keyId")}
  SECRET=${demo("traders[0].secret")}
  alpaca() { curl -s -H "APCA-API-KEY-ID: $KEY" -H "APCA-API-SECRET-KEY: $SECRET" "$@"; echo; }

  alpaca "$URL/v1/books/AAPL?levels=3"     # the book
  alpaca $URL/v2/account                   # cash and buying power
  alpaca $URL/v2/orders -d '{"symbol":"AAPL","qty":"1","side":"buy","type":"market","time_in_force":"day"}'
  alpaca $URL/v2/positions                 # what you own now

The audit trail, if you have psql:

  psql "${demo("databaseUrl")}" -c 'select timestamp, symbol, side, qty, price from fills order by 1 desc limit 5'

Every endpoint, to read and to try: ${url}/docs. Mail that is not sent: ${url}/dev/outbox.
All keys and passwords: ${state}/demo.json. Logs: ${state}/logs. State stays in ${state}; --fresh wipes it.
Ctrl-C stops everything.
`;
}
