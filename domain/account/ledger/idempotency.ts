import type { AccountEntry } from "../state/entries.ts";
import type { Decision } from "../entry/decision.ts";
import type { Outcome } from "../entry/refusal.ts";
import type { AccountState } from "../state/accountState.ts";
import type { IdempotentResponse, StoredResponse, IdempotencyKey } from "./idempotentResponse.ts";

/**
 * Decides a request that must happen at most once. The response is stored with the movement, in one commit, under the
 * client's idempotency key. A repeat with the same key returns the stored response and moves nothing. Refusals are not
 * stored, because they move nothing.
 */
export function decideIdempotent<T>(
  state: Readonly<AccountState>,
  request: IdempotencyKey | null,
  kept: (key: string) => StoredResponse | undefined,
  decide: (state: Readonly<AccountState>) => Decision<T>,
  render: (value: T) => string,
  status = 200,
): { entries: readonly AccountEntry[]; outcome: Outcome<IdempotentResponse> } {
  const known = request === null ? undefined : kept(request.key);
  if (known !== undefined) {
    if (known.fingerprint !== request?.fingerprint) {
      return { entries: [], outcome: { ok: false, refusal: { reason: "idempotency_key_reused" } } };
    }
    return { entries: [], outcome: { ok: true, value: { status: known.status, body: known.body, replayed: true } } };
  }
  const { entries, outcome } = decide(state);
  if (!outcome.ok) return { entries, outcome };
  const answer = { status, body: render(outcome.value) };
  const answered: AccountEntry[] = request === null ? [] : [{ kind: "answered", ...request, ...answer }];
  return { entries: [...entries, ...answered], outcome: { ok: true, value: { ...answer, replayed: false } } };
}
