/** Runs the probes of a client, and prints what came of all of them. */
import { AREAS, type Any, type Area, type ContractClient, type Probe, type Surroundings } from "./probes.ts";

export interface Results {
  /** The methods that the client has. */
  readonly methods: readonly string[];
  /** Why a probe failed, by method. */
  readonly failures: ReadonlyMap<string, Error>;
}

/** A call that hangs fails after this time. */
const CALL_MS = 30_000;

/** Runs the probes of a client one after another; of a slow one those of independent areas at the same time. */
export async function runProbes(client: ContractClient, at: Surroundings): Promise<Results> {
  const failures = new Map<string, Error>();
  const connected: Any = await client.connect(at);
  const run = async (probes: readonly Probe[]): Promise<void> => {
    for (const [, method, call] of probes) {
      try {
        await within(CALL_MS, async () => call(connected, at));
      } catch (error) {
        failures.set(method, error instanceof Error ? error : new Error(JSON.stringify(error)));
      }
    }
  };
  const areas = Map.groupBy(client.probes, ([area]) => (TRADING.includes(area) ? "orders" : area));
  await Promise.all(client.slow === true ? [...areas.values()].map(run) : [run(client.probes)]);
  const methods = client.methods(connected);
  await client.close?.(connected);
  return { methods, failures };
}

/** Areas that see each other's orders. */
const TRADING: readonly Area[] = ["orders", "positions", "trading stream"];

async function within(ms: number, call: () => Promise<unknown>): Promise<void> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new Error(`no answer within ${ms / 1_000} s`)), ms);
  });
  try {
    await Promise.race([call(), late]);
  } finally {
    clearTimeout(timer);
  }
}

/** A table of area by client: how many probes pass, of all. `+n later` are those that are expected to fail so far. */
export function matrix(
  clients: readonly ContractClient[],
  results: ReadonlyMap<string, Results>,
  later: ReadonlySet<string>,
): string {
  const rows = AREAS.map((area) => [area, ...clients.map((client) => cell(client, area))]);
  const total = ["all", ...clients.map((client) => cell(client, null))];
  const table = [["", ...clients.map(({ name }) => name)], ...rows, total];
  const widths = table[0]?.map((_, column) => Math.max(...table.map((row) => row[column]?.length ?? 0))) ?? [];
  return table
    .map((row) =>
      row
        .map((text, column) => text.padEnd(widths[column] ?? 0))
        .join("  ")
        .trimEnd(),
    )
    .join("\n");

  function cell({ name, probes }: ContractClient, area: string | null): string {
    const asked = probes.filter(([of]) => area === null || of === area);
    if (asked.length === 0) return "";
    const failures = results.get(name)?.failures;
    const passed = failures === undefined ? 0 : asked.filter(([, method]) => !failures.has(method)).length;
    const expected = asked.filter(([, method]) => later.has(`${name} ${method}`)).length;
    return `${passed}/${asked.length}${expected === 0 ? "" : ` (${expected} later)`}`;
  }
}
