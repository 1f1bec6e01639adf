/**
 * A checkpoint of the audit trail: the signed head of a shard's hash chain. A later change of earlier events would
 * contradict it.
 */
import * as z from "zod";

/** `typ` of a checkpoint's header: distinguishes it from anything else that the key may sign. */
export const CHECKPOINT_TYPE = "audit-checkpoint";
export const CHECKPOINT_ALGORITHM = "ES256";

const hash = z.string().regex(/^[0-9a-f]{64}$/);

/** The payload of the checkpoint's JWS, which is in compact form. */
export const checkpointClaims = z.object({
  shard: z.number().int().nonnegative(),
  /** Sequence and hash of the last event that is in PostgreSQL. */
  seq: z.number().int().positive(),
  hash,
  /** When it was signed, in epoch milliseconds. */
  at: z.number().int(),
  /** SHA-256 of the text of the shard's checkpoint before this one, in hex; null for the first. */
  previous: hash.nullable(),
});

export type CheckpointClaims = z.infer<typeof checkpointClaims>;

/** A public key that verifies checkpoints, as a JWK with its `kid`. */
export type CheckpointKey = Readonly<Record<string, string>>;

const SHARD_DIGITS_MAX = 5;
const LIMIT_MAX = 100;

/** Query of GET /v1/audit/checkpoints: one shard or all, and how many checkpoints of each. */
export const checkpointQuery = z.object({
  shard: z
    .string()
    .regex(new RegExp(`^\\d{1,${SHARD_DIGITS_MAX}}$`), { error: "the number of a shard" })
    .transform(Number)
    .nullable()
    .default(null)
    .meta({ type: "integer", description: "one shard; otherwise every one" }),
  limit: z
    .string()
    .regex(/^\d{1,6}$/, { error: `1 to ${LIMIT_MAX}` })
    .transform(Number)
    .refine((limit) => limit >= 1 && limit <= LIMIT_MAX, { error: `1 to ${LIMIT_MAX}` })
    .default(1)
    .meta({ type: "integer", minimum: 1, maximum: LIMIT_MAX, description: "checkpoints of each shard" }),
});
