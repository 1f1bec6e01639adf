/** The tree with 100,000 subscribers, counted, and what it costs by the costs of this run. */
import { SYMBOLS } from "./fanout/symbols.ts";
import { countTree } from "./fanoutTree.ts";

/** CPU of a change of a book that a relay hears of, and of a frame. */
export interface RelayCosts {
  readonly changeMicroseconds: number;
  readonly frameMicroseconds: number;
}

const SHAPES = [
  { subscribers: 100_000, relays: 63, symbols: SYMBOLS, changesPerSecond: 10, seconds: 3 },
  { subscribers: 100_000, relays: 16, symbols: SYMBOLS.slice(0, 2), changesPerSecond: 1, seconds: 3 },
];

export async function treeRuns(costs: RelayCosts | null): Promise<string[]> {
  const lines = ["", "100,000 subscribers over relays, counted"];
  for (const shape of SHAPES) {
    const counts = await countTree(shape);
    if (counts.incomplete > 0) throw new Error(`${counts.incomplete} subscribers lack a last value`);
    const frames = (counts.framesPerSubscriberSecond * shape.subscribers) / shape.relays;
    const busy =
      costs === null
        ? null
        : (counts.pushesPerRelaySecond * costs.changeMicroseconds + frames * costs.frameMicroseconds) / 1e6;
    const { subscribers, relays, changesPerSecond } = shape;
    const rounded = Object.fromEntries(
      Object.entries(counts).map(([name, value]) => [name, Number((value as number).toPrecision(4))]),
    );
    const head = { subscribers, relays, symbols: shape.symbols.length, changesPerSecond };
    lines.push(JSON.stringify({ tree: head, ...rounded, relayBusy: busy === null ? null : Number(busy.toFixed(2)) }));
  }
  return lines;
}
