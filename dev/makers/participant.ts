import type { Api } from "../api.ts";
import type { Key } from "../credentials.ts";
import type { Gate } from "./gate.ts";
import type { PriceWalk } from "./walk.ts";

/** What every participant of the demo market trades with. */
export interface Participant {
  readonly api: Api;
  readonly gate: Gate;
  readonly key: Key;
  readonly seed: number;
  readonly walks: ReadonlyMap<string, PriceWalk>;
  readonly nextOrderId: () => string;
  readonly log: (line: string) => void;
  /** Shares of a symbol that it should own. */
  readonly homeShares: number;
}
