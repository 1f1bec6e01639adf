import { afterEach, beforeEach, vi } from "vitest";
import { NodeStorage } from "./simulation/nodeStorage.ts";

/** The disk of the test that runs. */
export interface Disk {
  readonly storage: NodeStorage;
  /** Rows in the journal of its actor. */
  journalRows(): number;
}

/** Gives each test of a file, or of the group that calls it, an empty disk and fake timers. */
export function emptyDisks(): Disk {
  let storage: NodeStorage | undefined;
  const present = (): NodeStorage => {
    if (storage === undefined) throw new Error("no test runs");
    return storage;
  };
  beforeEach(() => {
    vi.useFakeTimers();
    storage = new NodeStorage(() => undefined);
  });
  afterEach(() => {
    vi.useRealTimers();
    storage?.close();
    storage = undefined;
  });
  return {
    get storage() {
      return present();
    },
    journalRows: () => [...present().exec("SELECT row FROM journal")].length,
  };
}
