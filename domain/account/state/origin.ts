import { type Actor, SYSTEM } from "../../actor.ts";

/** Where a request came from and who made it, for the audit record. */
export interface Origin {
  readonly requestId: string;
  readonly ip: string;
  readonly userAgent: string;
  /** Absent in requests and journal entries of earlier releases. */
  readonly actor?: Actor;
}

/** Origin of events without a request: reports of books and the account's own actions. */
export const NO_ORIGIN: Origin = { requestId: "", ip: "", userAgent: "", actor: SYSTEM };

/** Origin of a request whose client an earlier release did not record. */
export const UNKNOWN_ORIGIN: Origin = { requestId: "", ip: "", userAgent: "" };

/** The same without address and user agent. */
export function withoutClientInfo(origin: Origin): Origin {
  return { ...origin, ip: "", userAgent: "" };
}
