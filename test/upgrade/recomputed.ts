import { type ExportedRow, Recomputation } from "../../ops/recompute/recomputation.ts";

/** What follows from the export of an account alone: what it begins with, cash, and each position as symbol, quantity and cost. */
export async function recomputed(url: string, headers: Readonly<Record<string, string>>) {
  const response = await fetch(`${url}/v1/account/activities/export?format=ndjson`, { headers });
  const lines = (await response.text()).trimEnd().split("\n");
  const rows = lines.map((line) => JSON.parse(line) as ExportedRow);
  const recomputation = new Recomputation("fifo");
  for (const row of rows) recomputation.add(row);
  const { cash, positions } = recomputation.result();
  const held = Object.entries(positions).map(([symbol, { qty, cost }]) => `${symbol.replace("/", "")} ${qty} ${cost}`);
  return { begins: rows[0]?.["activity_type"], cash, positions: held.toSorted() };
}

// oxlint-disable-next-line typescript/no-explicit-any -- answers of any shape
type AskAny = (method: string, path: string, headers: Readonly<Record<string, string>>) => Promise<any>;

/** The tax lots of a symbol, each as source, quantity and cost of a unit; settled cash, and what has not settled. */
export async function migrated(ask: AskAny, headers: Readonly<Record<string, string>>, symbol: string) {
  const page = await ask("GET", `/v1/portfolio/lots?symbol=${symbol}`, headers);
  const { settled, unsettled } = await ask("GET", "/v1/account/settlement", headers);
  const lots = (page.lots as { source: string; qty: string; cost_basis: string }[]).map(
    ({ source, qty, cost_basis: cost }) => [source, qty, Number(cost) / Number(qty)] as const,
  );
  return { lots, settled: settled as string, unsettled: unsettled as unknown[] };
}

/** The same as the API says it, of an account of an earlier release: its record begins with what it had. */
export async function holdings(
  ask: AskAny,
  headers: Readonly<Record<string, string>>,
): Promise<{ begins: string; cash: string; positions: string[] }> {
  const held: { symbol: string; qty: string; cost_basis: string }[] = await ask("GET", "/v2/positions", headers);
  const positions = held.map(({ symbol, qty, cost_basis: cost }) => `${symbol} ${qty} ${cost}`);
  const { cash } = (await ask("GET", "/v2/account", headers)) as { cash: string };
  return { begins: "MISC", cash, positions: positions.toSorted() };
}
