/** The state of one order ticket: its form, what the exchange says of it, and what became of what it sent. */
import { createEffect, createMemo, createSignal, on, type Accessor } from "solid-js";
import type { Order } from "../../account/order.ts";
import { positionOf } from "../../account/positionOf.ts";
import { balances } from "../../account/state.ts";
import { accountId, isShared } from "../../api/session.ts";
import { announce, notify } from "../../design/components/notices.tsx";
import { follow } from "../../feed/store.ts";
import { assetOf, type Asset } from "../../market/assets.ts";
import { replaceOrder, submitOrder, type OrderRequest } from "../../orders/actions.ts";
import { oneClick } from "../../orders/confirmation.ts";
import { followPreview, previewOrder, type Preview } from "../../orders/preview.ts";
import { proposalOf, type Proposal } from "../../orders/proposal.ts";
import { refusalOf, refusedBy, type Refused } from "../../orders/refusals.ts";
import { onTick, partInDollars, partOf, priceText } from "../../orders/steps.ts";
import { sessionNow, settle } from "../../orders/ticketChoices.ts";
import { isUnknown } from "../../orders/unknown.ts";
import {
  EMPTY_FORM,
  faultsOf,
  formOfOrder,
  replaceFields,
  requestOf,
  type AmountField,
  type Fault,
  type TicketForm,
} from "../../orders/ticketForm.ts";
import type { TicketAsk } from "../../orders/ticketRequest.ts";
import { rulesOf } from "../../../../domain/order/orderType.ts";
import { TICKET as T } from "../../text/en/ticket.ts";
import { followSent, type Sent } from "./sent.ts";

export type Market = ReturnType<typeof follow>;

export interface TicketModel {
  readonly symbol: Accessor<string>;
  readonly asset: Accessor<Asset | null>;
  readonly market: Accessor<Market>;
  readonly session: Accessor<ReturnType<typeof sessionNow>>;
  readonly form: Accessor<TicketForm>;
  readonly change: (part: Partial<TicketForm>) => void;
  /** The order that is replaced; null: the ticket makes a new one. */
  readonly replacing: Accessor<Order | null>;
  readonly stopReplacing: () => void;
  /** The order as it would be sent; null while it is not complete. */
  readonly request: Accessor<OrderRequest | null>;
  readonly faults: Accessor<Partial<Record<AmountField, Fault>>>;
  readonly preview: Preview;
  /** What is asked about: a yes sends exactly this. */
  readonly confirming: Accessor<Proposal | null>;
  readonly stopConfirming: () => void;
  readonly sending: Accessor<boolean>;
  /** The refusal of what was sent last. */
  readonly refused: Accessor<Refused | null>;
  readonly sent: Accessor<Sent | null>;
  readonly hideSent: () => void;
  /** Asks for confirmation, or sends. */
  readonly submit: () => void;
  /** Says yes to what is asked about. */
  readonly confirm: () => Promise<void>;
  readonly fill: (ask: TicketAsk) => void;
  /** Sets the amount to a part of the most that passes, or of the position. */
  readonly setPart: (share: number) => Promise<void>;
}

const PRICE_FIELDS = {
  limitPrice: "",
  stopPrice: "",
  trail: "",
  takeProfit: "",
  stopLoss: "",
  stopLossLimit: "",
  lots: {},
} as const;

/** Acts on each change from now on. */
function whenChanged<T>(source: Accessor<T>, act: (now: T) => void): void {
  createEffect(on(source, (now) => act(now), { defer: true }));
}

/** The ticket of a symbol. Ends with the caller's owner. */
export function createTicket(symbol: Accessor<string>): TicketModel {
  const [form, setForm] = createSignal<TicketForm>(EMPTY_FORM);
  const [replacing, setReplacing] = createSignal<Order | null>(null);
  const [showsFaults, setShowsFaults] = createSignal(false);
  const [confirming, setConfirming] = createSignal<Proposal | null>(null);
  const [sending, setSending] = createSignal(false);
  const [refused, setRefused] = createSignal<Refused | null>(null);
  const { sent, keep: keepSent, hide: hideSent } = followSent();
  const market = createMemo(() => follow(symbol(), "quotes", "trades", "statuses"));
  const asset = (): Asset | null => assetOf(symbol());

  const everyFault = createMemo(() => {
    const order = replacing();
    const all = faultsOf(form());
    if (order === null) return all;
    const may = replaceFields(order, form());
    return Object.fromEntries(Object.entries(all).filter(([field]) => may.some((one) => one === field)));
  });
  const isWhole = createMemo(() => Object.keys(everyFault()).length === 0);
  const request = createMemo(() => (isWhole() ? requestOf(form(), symbol()) : null));
  const preview = followPreview(() => (replacing() === null && !isShared() ? request() : null));

  // A question is about the ticket as it was: of another one it has to be asked again.
  createEffect(on([symbol, accountId, form, replacing], () => setConfirming(null), { defer: true }));

  // A price of one symbol is none of another.
  whenChanged(symbol, (now) => {
    if (replacing()?.symbol !== now) setReplacing(null);
    setForm((before) => (replacing() === null ? { ...before, ...PRICE_FIELDS } : before));
    setRefused(null);
    setShowsFaults(false);
  });
  // Tax lots, an open order, what was sent and why it was refused are of one account.
  whenChanged(accountId, () => {
    if (replacing() !== null) stopReplacing();
    setForm((before) => ({ ...before, lots: {} }));
    setRefused(null);
    setShowsFaults(false);
    hideSent();
  });

  // The first quote may come after the type was chosen.
  const hasQuote = createMemo(() => market().quote() !== null);
  createEffect(
    on(hasQuote, (has) => {
      if (!has || replacing() !== null) return;
      setForm((before) => withPrice(before, { type: before.type }, market(), asset()));
    }),
  );

  const change = (part: Partial<TicketForm>): void => {
    setForm((before) => withPrice(settle({ ...before, ...part }), part, market(), asset()));
    setRefused(null);
  };
  const stopReplacing = (): void => {
    setReplacing(null);
    setForm({ ...EMPTY_FORM, side: form().side });
    setRefused(null);
  };
  /** After an order the amount is typed anew: no second press sends it once more. Prices stay. */
  const accepted = ({ act, amount }: Proposal): void => {
    if (act.kind === "replace") {
      if (replacing() === act.order) stopReplacing();
    } else if (form().amount === amount) {
      setShowsFaults(false);
      setForm((before) => ({ ...before, amount: "", lots: {} }));
    }
  };
  const send = async (proposal: Proposal): Promise<void> => {
    const { text, account, act } = proposal;
    if (sending()) return;
    setConfirming(null);
    setSending(true);
    setRefused(null);
    const clientOrderId = crypto.randomUUID();
    keepSent({ clientOrderId, text, symbol: proposal.symbol });
    try {
      if (act.kind === "place") await submitOrder({ client_order_id: clientOrderId, ...act.request }, text, account);
      else await replaceOrder(act.order.id, { client_order_id: clientOrderId, ...act.change }, account);
      announce(act.kind === "place" ? T.accepted(text) : T.replaced(text));
      accepted(proposal);
    } catch (error) {
      // An order without an answer is shown as unknown until it is found, or can never arrive.
      if (isUnknown(clientOrderId)) {
        if (act.kind === "replace" && replacing() === act.order) stopReplacing();
        return;
      }
      const why = refusedBy(error);
      if (account !== accountId()) return notify("danger", `${text}: ${why.text}`);
      setRefused(why);
      announce(`${T.refusedTitle}: ${why.text}`, true);
      hideSent();
    } finally {
      setSending(false);
    }
  };
  return {
    symbol,
    asset,
    market,
    session: () => sessionNow(asset()?.class === "crypto" || symbol().includes("/"), market().status()),
    form,
    change,
    replacing,
    stopReplacing,
    request,
    faults: () => (showsFaults() ? everyFault() : {}),
    preview,
    confirming,
    stopConfirming: () => setConfirming(null),
    sending,
    refused,
    sent,
    hideSent,
    submit: () => {
      setShowsFaults(true);
      if (!isWhole() || isShared() || sending()) return;
      const proposal = proposalOf(form(), symbol(), replacing(), accountId());
      if (proposal === null) return;
      if (oneClick()) void send(proposal);
      else setConfirming(proposal);
    },
    confirm: async () => {
      const asked = confirming();
      if (asked !== null) await send(asked);
    },
    fill: (ask) => {
      setShowsFaults(false);
      setRefused(null);
      setReplacing(ask.replace ?? null);
      if (ask.replace !== undefined) setForm(filledWith(formOfOrder(ask.replace), ask));
      else setForm((before) => settle(filledWith({ ...before, ...PRICE_FIELDS, orderClass: "simple" }, ask)));
    },
    setPart: async (share) => {
      const before = [form(), symbol(), accountId()] as const;
      // What was typed or chosen while the exchange was asked is newer than its answer.
      const isSame = (): boolean => [form(), symbol(), accountId()].every((now, nth) => now === before[nth]);
      try {
        const amount = await partAmount(form(), symbol(), share, market(), asset());
        if (amount !== null && isSame()) change({ amount });
      } catch (error) {
        if (isSame()) setRefused(refusedBy(error));
      }
    },
  };
}

function filledWith(form: TicketForm, ask: TicketAsk): TicketForm {
  const price = (value: string | number): string => (typeof value === "number" ? priceText(value) : value);
  return {
    ...form,
    ...(ask.side === undefined ? {} : { side: ask.side }),
    ...(ask.type === undefined ? {} : { type: ask.type }),
    ...(ask.limitPrice === undefined ? {} : { limitPrice: price(ask.limitPrice) }),
    ...(ask.stopPrice === undefined ? {} : { stopPrice: price(ask.stopPrice) }),
    ...(ask.qty === undefined ? {} : { amount: String(ask.qty), unit: "qty" }),
  };
}

/** A form whose type has just come to need a limit begins with the best price of its side. */
function withPrice(form: TicketForm, changed: Partial<TicketForm>, { quote }: Market, asset: Asset | null): TicketForm {
  const needsLimit = rulesOf(form.type).needs.includes("limit") && form.orderClass !== "oco";
  if (changed.type === undefined || !needsLimit || form.limitPrice !== "") return form;
  const now = quote();
  const price = form.side === "buy" ? now?.bid : now?.ask;
  return price === undefined || price <= 0 ? form : { ...form, limitPrice: onTick(price, asset) };
}

/** More than the buying power pays for, so that the exchange names the largest size. */
const TOO_MUCH = 1.5;

/**
 * A part of what passes: of the position for a sale, in dollars at the bid, or else of the largest size that the exchange
 * names.
 */
async function partAmount(
  form: TicketForm,
  symbol: string,
  share: number,
  { quote, trade }: Market,
  asset: Asset | null,
): Promise<string | null> {
  if (form.side === "sell") {
    const free = positionOf(symbol)?.qty_available;
    if (free === undefined) return null;
    return form.unit === "qty"
      ? partOf(free, share, asset)
      : partInDollars(free, share, quote()?.bid || trade()?.price);
  }
  const power = Number(balances()?.["buying_power"] ?? 0);
  const price = Number(form.limitPrice || form.stopPrice) || quote()?.ask || trade()?.price || 0;
  if (power <= 0 || price <= 0) return null;
  const amount = form.unit === "qty" ? String(Math.ceil((power / price) * TOO_MUCH)) : String(Math.ceil(power * 2));
  const whole = { ...form, amount };
  const probe: TicketForm =
    Object.keys(faultsOf(whole)).length === 0 ? whole : { ...EMPTY_FORM, side: form.side, unit: form.unit, amount };
  const { accepted, refusals } = await previewOrder(requestOf(probe, symbol));
  const largest = refusals.map(({ error }) => refusalOf(error).largest).find((one) => one !== null)?.amount;
  const most = largest ?? (accepted ? amount : null);
  if (most === null || Number(most) === 0) return null;
  return form.unit === "qty" ? partOf(most, share, asset) : priceText(Math.floor(Number(most) * share * 100) / 100);
}
