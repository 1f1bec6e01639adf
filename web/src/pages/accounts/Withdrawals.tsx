/** Money out of the account: request it, and see what became of earlier requests. */
import type * as z from "zod";
import type { wireWithdrawals } from "../../../../protocol/wire/accounts.ts";
import { createEffect, createSignal, on, Show, type JSX } from "solid-js";
import { createPaged } from "../../account/paged.ts";
import { balances, reload } from "../../account/state.ts";
import { call } from "../../api/client.ts";
import { withStepUp } from "../../api/stepUp.tsx";
import { account, accountId, isPaper, isShared } from "../../api/session.ts";
import { notify } from "../../design/components/notices.tsx";
import { money } from "../../format/numbers.ts";
import { fullTime } from "../../format/times.ts";
import { PagedTable } from "../../portfolio/PagedTable.tsx";
import { ACCOUNTS } from "../../text/en/accounts.ts";
import { amountOf, amountProblem } from "./amount.ts";
import { MoveQuestion } from "./MoveQuestion.tsx";
import {
  createSubmission,
  DecimalField,
  Form,
  FormFoot,
  nameOf,
  readPage,
  ReferenceField,
  referenceOf,
  StateBadge,
} from "./parts.tsx";

type Withdrawal = Omit<z.infer<typeof wireWithdrawals>["withdrawals"][number], "requested_at" | "decided_at"> & {
  readonly requested_at: string;
  readonly decided_at: string | null;
};

const STATES: Readonly<Record<string, string>> = { settled: "posted", rejected: "voided", pending: "pending" };

export function Withdrawals(): JSX.Element {
  const list = createPaged(accountId, async (account: string, place: string | null) => {
    const page = await readPage<{ withdrawals: Withdrawal[]; next: string | null }>("/v1/withdrawals", account, place);
    return { rows: page.withdrawals, next: page.next };
  });
  return (
    <div class="stack">
      <section class="card">
        <h2>{ACCOUNTS.withdrawTitle}</h2>
        <Show when={!isPaper()} fallback={<p class="notice">{ACCOUNTS.paperNone}</p>}>
          <Show when={!isShared()} fallback={<p class="notice">{ACCOUNTS.readOnly}</p>}>
            <p class="quiet">{ACCOUNTS.withdrawText}</p>
            <WithdrawForm onDone={list.reload} />
          </Show>
        </Show>
      </section>
      <section class="card">
        <h2>{ACCOUNTS.withdrawals}</h2>
        <PagedTable
          of={list}
          label={ACCOUNTS.withdrawals}
          none={ACCOUNTS.noWithdrawals}
          titles={[
            { text: ACCOUNTS.time },
            { text: ACCOUNTS.amount, numeric: true },
            { text: ACCOUNTS.reference },
            { text: ACCOUNTS.state },
          ]}
          cells={(withdrawal) => [
            fullTime(withdrawal.requested_at),
            money(withdrawal.amount),
            withdrawal.reference,
            <StateBadge state={withdrawal.transfer_state ?? STATES[withdrawal.state] ?? "pending"} />,
          ]}
        />
      </section>
    </div>
  );
}

interface Question {
  readonly account: string;
  readonly body: { readonly amount: string; readonly reference?: string };
  readonly text: string;
}

function WithdrawForm(props: { readonly onDone: () => void }): JSX.Element {
  const [amount, setAmount] = createSignal("");
  const [reference, setReference] = createSignal("");
  let key = crypto.randomUUID();
  const [error, setError] = createSignal<string | null>(null);
  // What is shown is what is sent, whatever is typed or chosen meanwhile.
  const [asked, setAsked] = createSignal<Question | null>(null);
  const first = createSubmission(async () => {
    setError(amountProblem(amount()));
    const own = account()?.account;
    if (error() !== null || !own) return;
    const body = { amount: amountOf(amount()), ...referenceOf(reference()) };
    setAsked({ account: own.account_id, body, text: ACCOUNTS.withdrawAsk(money(body.amount), nameOf(own)) });
  });
  createEffect(on(accountId, () => setAsked(null), { defer: true }));
  const submission = createSubmission(async () => {
    const question = asked();
    if (question === null) return;
    const headers = { "Idempotency-Key": key };
    const { account, body } = question;
    await withStepUp(() => call("POST", "/v1/withdrawals", { account, headers, body }));
    setAsked(null);
    key = crypto.randomUUID();
    setAmount("");
    setReference("");
    notify("accent", ACCOUNTS.withdrawn);
    props.onDone();
    await reload();
  });
  return (
    <>
      <Form of={first} label={ACCOUNTS.withdrawTitle}>
        <p>
          {ACCOUNTS.withdrawable}: <strong>{money(balances()?.["cash_withdrawable"] as string)}</strong>
        </p>
        <div class="form-grid">
          <DecimalField label={ACCOUNTS.amount} error={error()} value={amount()} onInput={setAmount} />
          <ReferenceField value={reference()} onInput={setReference} />
        </div>
        <FormFoot of={first} text={ACCOUNTS.withdraw} />
      </Form>
      <MoveQuestion
        title={ACCOUNTS.withdraw}
        asked={asked()}
        of={submission}
        confirm={ACCOUNTS.withdraw}
        onClose={() => setAsked(null)}
      />
    </>
  );
}
