/** Transfers of cash and shares between the user's own accounts. */
import type * as z from "zod";
import type { ownTransfersWire } from "../../../../protocol/wire/ownTransfers.ts";
import { createEffect, createResource, createSignal, on, Show, type JSX } from "solid-js";
import { createPaged } from "../../account/paged.ts";
import { reload, type Position } from "../../account/state.ts";
import { latestOf } from "../../api/latest.ts";
import { call } from "../../api/client.ts";
import { accountId, loadSession } from "../../api/session.ts";
import { SelectField } from "../../design/components/Field.tsx";
import { notify } from "../../design/components/notices.tsx";
import { Segments } from "../../design/components/Segments.tsx";
import { money, quantity } from "../../format/numbers.ts";
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
  ownAccounts,
  type OwnAccount,
  readPage,
  ReferenceField,
  referenceOf,
  StateBadge,
} from "./parts.tsx";

const SETTLES_WAIT_MS = 1_500;

const movable = (): readonly OwnAccount[] =>
  ownAccounts().filter(({ type, state }) => type !== "paper" && state === "open");

export function Transfers(): JSX.Element {
  const [from, setFrom] = createSignal(
    movable().find(({ account_id: id }) => id === accountId())?.account_id ?? movable()[0]?.account_id ?? "",
  );
  const list = createPaged(
    () => (from() === "" ? null : from()),
    async (account: string, place: string | null) => {
      const page = await readPage<z.infer<typeof ownTransfersWire>>("/v1/transfers/internal", account, place);
      return { rows: page.transfers, next: page.next };
    },
  );
  return (
    <div class="stack">
      <section class="card">
        <h2>{ACCOUNTS.transferTitle}</h2>
        <p class="quiet">{ACCOUNTS.transferText}</p>
        <Show when={movable().length > 1} fallback={<p class="notice">{ACCOUNTS.fewAccounts}</p>}>
          <TransferForm from={from()} setFrom={setFrom} onDone={list.reload} />
        </Show>
      </section>
      <section class="card">
        <h2>{ACCOUNTS.transfers}</h2>
        <PagedTable
          of={list}
          label={ACCOUNTS.transfers}
          none={ACCOUNTS.noTransfers}
          titles={[
            { text: ACCOUNTS.time },
            { text: ACCOUNTS.to },
            { text: ACCOUNTS.what, numeric: true },
            { text: ACCOUNTS.reference },
            { text: ACCOUNTS.state },
          ]}
          cells={(transfer) => [
            fullTime(transfer.requested_at),
            transfer.to_account_number,
            transfer.amount === null ? `${quantity(transfer.qty)} ${transfer.symbol}` : money(transfer.amount),
            transfer.reference,
            <StateBadge state={transfer.state} refusal={transfer.refusal} />,
          ]}
        />
      </section>
    </div>
  );
}

interface Question {
  readonly body: { readonly from_account_id: string };
  readonly text: string;
}

function TransferForm(props: {
  readonly from: string;
  readonly setFrom: (id: string) => void;
  readonly onDone: () => void;
}): JSX.Element {
  const others = (): readonly OwnAccount[] => movable().filter(({ account_id: id }) => id !== props.from);
  const [to, setTo] = createSignal(others()[0]?.account_id ?? "");
  createEffect(
    on(
      () => props.from,
      () => {
        if (!others().some(({ account_id: id }) => id === to())) setTo(others()[0]?.account_id ?? "");
      },
    ),
  );
  const [kind, setKind] = createSignal<"cash" | "shares">("cash");
  const [amount, setAmount] = createSignal("");
  const [symbol, setSymbol] = createSignal("");
  const [qty, setQty] = createSignal("");
  const [reference, setReference] = createSignal("");
  const [held] = createResource(
    () => props.from,
    (account) => call<Position[]>("GET", "/v2/positions", { account }),
  );
  const positions = (): readonly Position[] => latestOf(held) ?? [];
  const chosen = (): string => (symbol() === "" ? (positions()[0]?.symbol ?? "") : symbol());
  let key = crypto.randomUUID();
  const [error, setError] = createSignal<string | null>(null);
  // What is shown is what is sent, whatever is typed or chosen meanwhile.
  const [asked, setAsked] = createSignal<Question | null>(null);
  const labelOf = (id: string): string => {
    const found = movable().find((one) => one.account_id === id);
    return found === undefined ? id : nameOf(found);
  };
  const first = createSubmission(async () => {
    const isCash = kind() === "cash";
    const typed = isCash ? amount() : qty();
    setError(amountProblem(typed));
    if (error() !== null) return;
    const moved = amountOf(typed);
    const what = isCash ? { amount: moved } : { symbol: chosen(), qty: moved };
    setAsked({
      body: { from_account_id: props.from, to_account_id: to(), ...what, ...referenceOf(reference()) },
      text: ACCOUNTS.transferAsk(
        isCash ? money(moved) : `${quantity(moved)} ${chosen()}`,
        labelOf(props.from),
        labelOf(to()),
      ),
    });
  });
  const submission = createSubmission(async () => {
    const question = asked();
    if (question === null) return;
    await call("POST", "/v1/transfers/internal", {
      account: question.body.from_account_id,
      headers: { "Idempotency-Key": key },
      body: question.body,
    });
    setAsked(null);
    // The next one is another transfer.
    key = crypto.randomUUID();
    setAmount("");
    setQty("");
    setReference("");
    notify("accent", ACCOUNTS.transferred);
    props.onDone();
    // It takes moments; then both accounts have other balances.
    setTimeout(() => {
      props.onDone();
      void loadSession().then(reload);
    }, SETTLES_WAIT_MS);
  });
  const options = (all: readonly OwnAccount[]) =>
    all.map((account) => ({ value: account.account_id, text: `${nameOf(account)} (${account.account_number})` }));
  return (
    <>
      <Form of={first} label={ACCOUNTS.transferTitle}>
        <div class="form-grid">
          <SelectField label={ACCOUNTS.from} options={options(movable())} value={props.from} onChange={props.setFrom} />
          <SelectField label={ACCOUNTS.to} options={options(others())} value={to()} onChange={setTo} />
        </div>
        <Segments
          label={ACCOUNTS.what}
          options={[
            { value: "cash", text: ACCOUNTS.cashKind },
            { value: "shares", text: ACCOUNTS.shareKind },
          ]}
          value={kind()}
          onChange={(value) => setKind(value as "cash" | "shares")}
        />
        <div class="form-grid">
          <Show
            when={kind() === "cash"}
            fallback={
              <>
                <SelectField
                  label={ACCOUNTS.symbol}
                  options={positions().map((position) => ({
                    value: position.symbol,
                    text: `${position.symbol} (${quantity(position.qty_available)})`,
                  }))}
                  value={chosen()}
                  onChange={setSymbol}
                />
                <DecimalField label={ACCOUNTS.quantity} error={error()} value={qty()} onInput={setQty} />
              </>
            }
          >
            <DecimalField label={ACCOUNTS.amount} error={error()} value={amount()} onInput={setAmount} />
          </Show>
          <ReferenceField value={reference()} onInput={setReference} />
        </div>
        <FormFoot of={first} text={ACCOUNTS.transfer} disabled={to() === ""} />
      </Form>
      <MoveQuestion
        title={ACCOUNTS.transfer}
        asked={asked()}
        of={submission}
        confirm={ACCOUNTS.transfer}
        onClose={() => setAsked(null)}
      />
    </>
  );
}
