/** What a request to the bare workerd does. Each is the one before it and one step more. */
export const STEPS = ["http", "rpc", "commit", "second-rpc", "second-commit"] as const;
export type Steps = (typeof STEPS)[number];
