import { createSignal, type JSX } from "solid-js";
import { ADMIN } from "../../text/en/admin.ts";
import { Action } from "../console/Action.tsx";
import { ApprovalTable } from "./Approvals.tsx";
import { Card } from "../console/parts.tsx";

const T = ADMIN.money;

/** A field of an answer that is a text; empty without it. */
const textOf = (value: unknown): string => (typeof value === "string" ? value : "");

/** Deposits by administrators, and the deposits and withdrawals that were asked for. */
export function Money(): JSX.Element {
  const [version, setVersion] = createSignal(0);
  return (
    <Card
      title={T.list}
      tools={
        <Action
          text={T.deposit}
          says={T.depositSays}
          icon="add"
          kind="primary"
          questions={[
            { name: "account", label: T.accountId, required: true },
            { name: "amount", label: T.amount, kind: "decimal", required: true },
            { name: "symbol", label: T.asset, hint: T.assetHint },
            { name: "reference", label: T.reference, required: true },
            { name: "acquired_at", label: T.acquired, kind: "date" },
            { name: "cost_basis", label: T.basis, kind: "decimal" },
          ]}
          deed={(answers) => {
            const given = Object.entries(answers).filter(([name, text]) => name !== "account" && text.trim() !== "");
            const body = Object.fromEntries(
              given.map(([name, text]) => [name, name === "symbol" ? text.trim().toUpperCase() : text.trim()]),
            );
            const account = encodeURIComponent((answers["account"] ?? "").trim());
            return { method: "POST", path: `/v1/admin/accounts/${account}/deposits`, body };
          }}
          tells={(body) => T.booked(textOf(body?.["amount"]), textOf(body?.["asset"]))}
          onDone={() => setVersion((at) => at + 1)}
        />
      }
    >
      <p class="quiet small">{T.note}</p>
      {/* A new version reads the list again. */}
      {version() >= 0 && <ApprovalTable state="" only={["deposit", "withdrawal"]} />}
    </Card>
  );
}
