/** Number of audit shards. */
export const SHARDS = 2;
