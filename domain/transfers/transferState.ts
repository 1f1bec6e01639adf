/** The states of a two-phase transfer, as clients see them. */
export const TRANSFER_STATES = ["pending", "posted", "voided", "expired"] as const;
export type TransferState = (typeof TRANSFER_STATES)[number];
