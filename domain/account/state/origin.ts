import { type Actor, SYSTEM } from "../../actor.ts";

/** Where a request came from and who made it, for the audit record. */
export interface Origin {
  readonly requestId: string;
  readonly ip: string;
  readonly userAgent: string;
  /** Left out by an earlier release, in its journal entries too: then it is not known. */
  readonly actor?: Actor;
}

/** Of what no request asked for: the account's own doing, and what books report. */
export const NO_ORIGIN: Origin = { requestId: "", ip: "", userAgent: "", actor: SYSTEM };

/** Of what somebody asked for whom an earlier release was not told. */
export const UNKNOWN_ORIGIN: Origin = { requestId: "", ip: "", userAgent: "" };
