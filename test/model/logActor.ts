/** An actor without an object, for tests: its machine keeps a log of texts. On SQLite in memory. */
import { vi, type Mock } from "vitest";
import { Actor } from "../../durable-objects/actor/actor.ts";
import type { ActorPorts, Machine } from "../../durable-objects/actor/machine.ts";
import type { Projection } from "../../durable-objects/actor/projection.ts";
import type { Alert } from "../../protocol/rpc/actor.ts";
import type { Envelope } from "../../protocol/rpc/envelope.ts";
import type { NodeStorage } from "../simulation/nodeStorage.ts";

/** A text for the log; `tell` is a message to `b`. */
export interface Entry {
  readonly text: string;
  readonly tell?: string;
}

export interface State {
  readonly log: string[];
}

const machine: Machine<State, Entry, string, string, string> = {
  initial: () => ({ log: [] }),
  applyLocal: (state, { text, tell }, now, effects) => {
    state.log.push(`${text} at ${now}`);
    effects.emit(text);
    if (tell !== undefined) effects.send("b", tell);
  },
  applyMessage: (state, from, message, now, effects) => {
    if (message.startsWith("invalid")) throw new Error("cannot be applied");
    state.log.push(`${from} says ${message.slice(0, 9)} at ${now}`);
    if (message.startsWith("echo")) effects.send(from, message);
    if (message.startsWith("emit")) effects.emit(message);
  },
  save: (state) => state,
  load: (saved) => structuredClone(saved as State),
};

/** Mocks of the actor's ports. */
interface LogPorts extends ActorPorts<Entry, string, string, string> {
  readonly storage: ActorPorts<Entry, string, string, string>["storage"] & { sync: () => Promise<void> };
  readonly armBy: Mock<(at: number) => void>;
  readonly persist: Mock<(event: string) => void>;
  readonly committed: Mock<(events: readonly string[]) => void>;
  readonly abort: Mock<(reason: string) => void>;
  readonly log: Mock<(event: string, facts: Record<string, unknown>) => void>;
}

/** An actor on the storage, as after a restart; the test ends its syncs and answers its envelopes. */
export function startActor(storage: NodeStorage, now = () => 5, projection?: Projection<string>) {
  const syncs: (() => void)[] = [];
  const sent: { envelope: Envelope<string>; answer: (answer: Envelope<string>) => void; fail: () => void }[] = [];
  const ports: LogPorts = {
    storage: {
      sql: storage,
      transactionSync: <T>(work: () => T) => storage.transactionSync(work),
      sync: () => new Promise<void>((resolve) => syncs.push(resolve)),
    },
    now,
    random: () => 0.5,
    deliver: (_to: string, envelope: Envelope<string>) =>
      new Promise<Envelope<string>>((answer, reject) => {
        sent.push({ envelope: structuredClone(envelope), answer, fail: () => reject(new Error("away")) });
      }),
    // Nobody waits for what a clerk tells.
    mayWait: (sender) => sender === "clerk",
    armBy: vi.fn(),
    persist: vi.fn(),
    ...(projection === undefined ? {} : { projection }),
    committed: vi.fn(),
    onAlert: ({ kind }: Alert) => [{ text: `alert ${kind}` }],
    abort: vi.fn(),
    log: vi.fn(),
  };
  const actor = new Actor("a", machine, ports);
  const say = (text: string, tell?: string) =>
    actor.execute(() => ({ entries: [tell === undefined ? { text } : { text, tell }], outcome: text }));
  const synced = async () => {
    for (const sync of syncs.splice(0)) sync();
    await vi.advanceTimersByTimeAsync(0);
  };
  const sentMessages = () => sent.map(({ envelope }) => [envelope.first, ...envelope.messages]);
  return { actor, ports, sent, say, synced, sentMessages };
}

/** An envelope for an actor. */
export const from = (sender: string, first: number, messages: readonly string[], ack = 0): Envelope<string> => ({
  from: sender,
  first,
  messages,
  ack,
});
