/** Sections of administrators that auditors have too. */
import { ADMIN } from "../../text/en/admin.ts";
import type { Section } from "../console/Console.tsx";
import { Approvals } from "./Approvals.tsx";
import { HouseFees } from "./HouseFees.tsx";
import { Log } from "./Log.tsx";

const T = ADMIN.sections;

export const APPROVALS: Section = { path: "approvals", title: T.approvals, icon: "check", page: Approvals };
export const FEES: Section = { path: "fees", title: T.fees, icon: "statement", page: HouseFees };
export const LOG: Section = { path: "log", title: T.log, icon: "table", page: Log };
