import type { AccountEntry, AccountState } from "../state/account.ts";
import type { Decision } from "../entry/decide.ts";
import type { Outcome } from "../entry/refusal.ts";

/** The key that a client gave a request, and the digest of what it asked for. */
export interface RequestKey {
  readonly key: string;
  readonly fingerprint: string;
}

/** An answer on the wire; `replayed` when it was first given to an earlier request with the same key. */
export interface Answer {
  readonly status: number;
  readonly body: string;
  readonly replayed: boolean;
}

/** The answer of a request that moved money, kept under its key for the account's life. */
export type KeptAnswer = RequestKey & Omit<Answer, "replayed">;

export type AnsweredEntry = { readonly kind: "answered" } & KeptAnswer;

/**
 * Decides a request that must not happen twice. Its answer is kept with the movement, in one commit, under the key that
 * the client gave; the same key again is answered with it and moves nothing. A refusal has moved nothing and is not kept.
 */
export function decideOnce<T>(
  state: Readonly<AccountState>,
  request: RequestKey | null,
  kept: (key: string) => KeptAnswer | undefined,
  decide: (state: Readonly<AccountState>) => Decision<T>,
  render: (value: T) => string,
  status = 200,
): { entries: readonly AccountEntry[]; outcome: Outcome<Answer> } {
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
