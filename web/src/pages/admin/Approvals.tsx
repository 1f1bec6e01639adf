import { createSignal, Show, type JSX } from "solid-js";
import { hasRole, me } from "../../api/session.ts";
import { SelectField } from "../../design/components/Field.tsx";
import { Badge } from "../../design/components/small.tsx";
import { fullTime } from "../../format/times.ts";
import { ADMIN } from "../../text/en/admin.ts";
import { Action } from "../console/Action.tsx";
import { Card, Detail, Facts, Id, Json, Read, reading, RowLink, Rows } from "../console/parts.tsx";
import type { Approval, Approvals as ApprovalList } from "./wire.ts";

const T = ADMIN.approvals;
const STATES = ["pending", "approved", "booked", "failed", "rejected", "expired"] as const;
const TONES = {
  pending: "warn",
  approved: "accent",
  booked: "good",
  failed: "danger",
  rejected: "danger",
  expired: undefined,
} as const;

/** What a request is about, in few words. */
function aboutText(approval: Approval): string {
  const { user, amount, symbol, account_id: accountId } = approval;
  if (amount !== null) return `${amount} ${symbol ?? "USD"}, ${ADMIN.account} ${accountId ?? ""}`;
  const parts = [
    user?.email,
    user?.roles?.map((role) => ADMIN.roles[role]).join(", "),
    user?.plan === undefined ? undefined : ADMIN.plans[user.plan],
    user?.disabled === undefined ? undefined : user.disabled ? ADMIN.users.disabled : ADMIN.users.active,
    user?.fee_plan,
    user?.user_id,
  ];
  return parts.filter((part) => part !== undefined && part !== null && part !== "").join(" · ") || (accountId ?? "");
}

/** Requests that need a second administrator, and those that were decided. */
export function Approvals(): JSX.Element {
  const [state, setState] = createSignal("pending");
  return (
    <Card
      title={ADMIN.sections.approvals}
      hideTitle
      tools={
        <div class="console-tools">
          <SelectField
            label={T.filter}
            value={state()}
            options={[{ value: "", text: T.all }, ...STATES.map((value) => ({ value, text: T.states[value] }))]}
            onChange={setState}
          />
        </div>
      }
    >
      <ApprovalTable state={state()} />
    </Card>
  );
}

/** The approvals of a state; empty: of all. `only` leaves out kinds. */
export function ApprovalTable(props: {
  readonly state: string;
  readonly only?: readonly Approval["kind"][];
}): JSX.Element {
  const [chosen, setChosen] = createSignal<string | null>(null);
  const list = reading<ApprovalList>(
    () => `/v1/admin/approvals?limit=200${props.state === "" ? "" : `&state=${props.state}`}`,
  );
  const rows = (all: ApprovalList): readonly Approval[] =>
    all.approvals.filter(({ kind }) => props.only?.includes(kind) ?? true);
  return (
    <Read from={list}>
      {(all) => (
        <>
          <Rows
            label={ADMIN.sections.approvals}
            rows={rows(all())}
            empty={T.none}
            isCurrent={({ approval_id: id }) => id === chosen()}
            columns={[
              {
                title: T.kind,
                cell: (one) => <RowLink onChoose={() => setChosen(one.approval_id)}>{T.kinds[one.kind]}</RowLink>,
              },
              { title: T.about, cell: aboutText },
              { title: ADMIN.state, cell: (one) => <Badge tone={TONES[one.state]}>{T.states[one.state]}</Badge> },
              { title: T.asked, cell: (one) => fullTime(one.asked_at) },
              { title: ADMIN.actions, cell: (one) => <Decision of={one} onDone={list.again} /> },
            ]}
          />
          <Show when={rows(all()).find(({ approval_id: id }) => id === chosen())} keyed>
            {(one) => <Details of={one} />}
          </Show>
        </>
      )}
    </Read>
  );
}

function Decision(props: { readonly of: Approval; readonly onDone: () => void }): JSX.Element {
  const path = (verb: string): string => `/v1/admin/approvals/${encodeURIComponent(props.of.approval_id)}/${verb}`;
  const isOwn = (): boolean => props.of.asked_by === me()?.user.id;
  return (
    <Show when={props.of.state === "pending" && hasRole("admin")}>
      <div class="row">
        <Action
          text={T.approve}
          says={`${T.kinds[props.of.kind]}: ${aboutText(props.of)}. ${T.approveSays}`}
          kind="primary"
          disabled={isOwn()}
          why={T.own}
          deed={() => ({ method: "POST", path: path("approve") })}
          onDone={props.onDone}
        />
        <Action
          text={T.reject}
          says={`${T.kinds[props.of.kind]}: ${aboutText(props.of)}. ${T.rejectSays}`}
          deed={() => ({ method: "POST", path: path("reject") })}
          onDone={props.onDone}
        />
        <Show when={isOwn()}>
          <span class="muted small">{T.own}</span>
        </Show>
      </div>
    </Show>
  );
}

function Details(props: { readonly of: Approval }): JSX.Element {
  return (
    <Detail>
      <h3>{T.details}</h3>
      <Facts
        of={[
          [ADMIN.id, <Id value={props.of.approval_id} copy />],
          [T.kind, T.kinds[props.of.kind]],
          [T.about, aboutText(props.of)],
          [ADMIN.by, <Id value={props.of.asked_by} />],
          [T.asked, fullTime(props.of.asked_at)],
          [T.expires, fullTime(props.of.expires_at)],
          [T.decided, props.of.decided_at === null ? "–" : `${fullTime(props.of.decided_at)}, ${props.of.decided_by}`],
          [T.refusal, props.of.refusal ?? "–"],
        ]}
      />
      <Show when={props.of.user}>{(user) => <Json label={T.details} value={user()} />}</Show>
    </Detail>
  );
}
