import type { Log } from "../../protocol/log/events.ts";
import type { Alerts } from "./alerts.ts";
import { failedMessageOf, type DeadLetters } from "./deadLetters.ts";
import type { JournalStorage } from "./journal.ts";
import { DEAD_LETTER_AFTER_FAILURES } from "./limits.ts";

/** Storage and log of an actor. */
interface FailurePorts {
  readonly storage: JournalStorage & { sync(): Promise<void> };
  readonly log: Log;
}

/** Records the message that made a commit fail, if one did, in a transaction of its own. Never rejects. */
export async function recordFailure(
  error: unknown,
  at: number,
  ports: FailurePorts,
  deadLetters: DeadLetters,
  alerts: Alerts,
): Promise<void> {
  const failed = failedMessageOf(error);
  if (failed === null) return;
  const record = (): void => {
    const failures = deadLetters.recordFailure(failed);
    const { from, seq } = failed;
    const facts = { from, seq, failures, error: failed.message };
    ports.log("message.failed", facts);
    if (failures <= DEAD_LETTER_AFTER_FAILURES) return;
    // It is due for the dead letters, but they are full (DEAD_LETTERS_MAX): the messages of this sender wait.
    const blocked = { kind: "mail_blocked", key: `${from} ${seq}`, facts };
    for (const alert of alerts.raise("mail", blocked, at)) ports.log("alert.raised", { ...alert });
  };
  try {
    ports.storage.transactionSync(record);
    // An abort may discard writes that are not durable yet.
    await ports.storage.sync();
  } catch (failure) {
    ports.log("actor.failure_not_recorded", { error: String(failure) });
  }
}
