/** RPC of a PaperBook object. No worker calls it: paper accounts send it their commands, the live book its changes. */
import type { BookCommand, BookReport } from "../../domain/matching/messages.ts";
import type { ActorRpc } from "./actor.ts";
import type { Envelope } from "./envelope.ts";
import type { LiveOrder } from "./orderBook.ts";
import type { PushAnswer } from "./relay.ts";

export interface PaperBookRpc extends ActorRpc {
  deliver(envelope: Envelope<BookCommand>): Promise<Envelope<BookReport>>;
  /** The state of these orders of the paper account at `owner`; those that it does not have are left out. */
  live(owner: string, orderIds: readonly string[]): Promise<LiveOrder[]>;
  /** The live book has published a change. Answers at once, and reads the live book afterwards. */
  changed(): Promise<PushAnswer>;
}
