import type { JSX } from "solid-js";
import { hasRole } from "../../api/session.ts";
import { AUDIT } from "../../text/en/audit.ts";
import { CONSOLE } from "../../text/en/console.ts";
import { APPROVALS, FEES, LOG } from "../admin/shared.ts";
import { Console, type Section } from "../console/Console.tsx";
import { Chain } from "./Chain.tsx";
import { OrderLife } from "./OrderLife.tsx";
import { Reconcile } from "./Reconcile.tsx";
import { Search } from "./Search.tsx";
import { SealedHistory } from "./SealedHistory.tsx";
import { Verify } from "./Verify.tsx";

const T = AUDIT.sections;

const SECTIONS: readonly Section[] = [
  { path: "", title: T.search, icon: "search", page: Search },
  { path: "order", title: T.order, icon: "portfolio", page: OrderLife },
  { path: "chain", title: T.chain, icon: "link", page: Chain },
  { path: "verify", title: T.verify, icon: "shield", page: Verify },
  { path: "account", title: T.account, icon: "account", page: Reconcile },
  { path: "history", title: T.history, icon: "lock", page: SealedHistory },
  LOG,
  APPROVALS,
  FEES,
];

/** The console of auditors, which only reads. */
export default function Audit(): JSX.Element {
  return (
    <Console
      base="/audit"
      title={AUDIT.title}
      sections={SECTIONS}
      refusal={hasRole("auditor") || hasRole("admin") ? null : CONSOLE.auditOnly}
    />
  );
}
