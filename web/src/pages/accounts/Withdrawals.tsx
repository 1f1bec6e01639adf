/** Money out of the account: request it, and see what became of earlier requests. */
import type * as z from "zod";
import type { wireWithdrawals } from "../../../../protocol/wire/accounts.ts";
import { createSignal, Show, type JSX } from "solid-js";
import { createPaged } from "../../account/paged.ts";
import { balances, reload } from "../../account/state.ts";
import { call } from "../../api/client.ts";
import { withStepUp } from "../../api/stepUp.tsx";
import { accountId, isPaper, isShared } from "../../api/session.ts";
import { Button } from "../../design/components/Button.tsx";
import { TextField } from "../../design/components/Field.tsx";
import { notify } from "../../design/components/notices.tsx";
import { Badge } from "../../design/components/small.tsx";
import { money } from "../../format/numbers.ts";
import { fullTime } from "../../format/times.ts";
import { PlainTable } from "../../portfolio/PlainTable.tsx";
import { ACCOUNTS } from "../../text/en/accounts.ts";
import { createSubmission, Form, FormFoot } from "./parts.tsx";

type Withdrawal = Omit<z.infer<typeof wireWithdrawals>["withdrawals"][number], "requested_at" | "decided_at"> & {
  readonly requested_at: string;
  readonly decided_at: string | null;
};

const STATES: Readonly<Record<string, string>> = { settled: "posted", rejected: "voided", pending: "pending" };

export function Withdrawals(): JSX.Element {
  const list = createPaged(accountId, async (account: string, place: string | null) => {
    const query = new URLSearchParams({ limit: "50" });
    if (place !== null) query.set("before", place);
    const page = await call<{ withdrawals: Withdrawal[]; next: string | null }>("GET", `/v1/withdrawals?${query}`, {
      account,
    });
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
        <Show when={list.rows().length > 0} fallback={<p class="muted">{ACCOUNTS.noWithdrawals}</p>}>
          <PlainTable
            label={ACCOUNTS.withdrawals}
            titles={[
              { text: ACCOUNTS.time },
              { text: ACCOUNTS.amount, numeric: true },
              { text: ACCOUNTS.reference },
              { text: ACCOUNTS.state },
            ]}
            rows={list.rows().map((withdrawal) => {
              const state = withdrawal.transfer_state ?? STATES[withdrawal.state] ?? "pending";
              return [
                fullTime(withdrawal.requested_at),
                money(withdrawal.amount),
                withdrawal.reference,
                <Badge tone={state === "posted" ? "good" : state === "pending" ? "warn" : "danger"}>
                  {ACCOUNTS.transferStates[state]}
                </Badge>,
              ];
            })}
          />
        </Show>
        <Show when={list.more()}>
          <Button busy={list.loading()} onClick={list.loadMore}>
            {ACCOUNTS.more}
          </Button>
        </Show>
      </section>
    </div>
  );
}

function WithdrawForm(props: { readonly onDone: () => void }): JSX.Element {
  const [amount, setAmount] = createSignal("");
  const [reference, setReference] = createSignal("");
  let key = crypto.randomUUID();
  const submission = createSubmission(async () => {
    const named = reference().trim() === "" ? {} : { reference: reference().trim() };
    const body = { amount: amount().trim().replaceAll(",", ""), ...named };
    const headers = { "Idempotency-Key": key };
    await withStepUp(() => call("POST", "/v1/withdrawals", { account: accountId(), headers, body }));
    key = crypto.randomUUID();
    setAmount("");
    setReference("");
    notify("accent", ACCOUNTS.withdrawn);
    props.onDone();
    await reload();
  });
  return (
    <Form of={submission} label={ACCOUNTS.withdrawTitle}>
      <p>
        {ACCOUNTS.withdrawable}: <strong>{money(balances()?.["cash_withdrawable"] as string)}</strong>
      </p>
      <div class="form-grid">
        <TextField
          label={ACCOUNTS.amount}
          inputmode="decimal"
          required
          value={amount()}
          onInput={(event) => setAmount(event.currentTarget.value)}
        />
        <TextField
          label={ACCOUNTS.reference}
          hint={ACCOUNTS.referenceHint}
          maxlength={128}
          value={reference()}
          onInput={(event) => setReference(event.currentTarget.value)}
        />
      </div>
      <FormFoot of={submission} text={ACCOUNTS.withdraw} />
    </Form>
  );
}
