/** The exchange's own preview of an order, asked again as the order changes. The last answer wins. */
import { createEffect, createSignal, on, onCleanup, type Accessor } from "solid-js";
import type { WirePreview } from "../../../protocol/wire/orderPreview.ts";
import { call } from "../api/client.ts";
import { accountId } from "../api/session.ts";
import type { OrderRequest } from "./actions.ts";
import { refusalOf, refusedBy, type Refused } from "./refusals.ts";

/** Typing makes one request, not one a key. */
const WAIT_MS = 200;
/** The market moves under an order that is not sent yet. */
const AGAIN_MS = 10_000;

export interface Preview {
  /** The newest answer for the order as it is; null before it. */
  readonly answer: Accessor<WirePreview | null>;
  /** Why it would be refused now; empty when it would pass. */
  readonly refusals: Accessor<readonly Refused[]>;
  /** While the answer for the order as it is now is awaited. */
  readonly busy: Accessor<boolean>;
}

/** Asks once. */
export function previewOrder(request: OrderRequest, signal?: AbortSignal): Promise<WirePreview> {
  const options = { account: accountId(), body: request };
  return call<WirePreview>("POST", "/v1/orders/preview", signal === undefined ? options : { ...options, signal });
}

/** Follows an order while it is edited; null: it is not complete. Ends with the caller's owner. */
export function followPreview(request: Accessor<OrderRequest | null>): Preview {
  const [answer, setAnswer] = createSignal<WirePreview | null>(null);
  const [failed, setFailed] = createSignal<Refused | null>(null);
  const [busy, setBusy] = createSignal(false);
  let asked: AbortController | null = null;
  let timer: ReturnType<typeof setTimeout> | undefined;

  const stop = (): void => {
    clearTimeout(timer);
    asked?.abort();
    asked = null;
  };
  const ask = async (order: OrderRequest): Promise<void> => {
    asked?.abort();
    const mine = new AbortController();
    asked = mine;
    try {
      const found = await previewOrder(order, mine.signal);
      if (asked !== mine) return;
      setAnswer(found);
      setFailed(null);
    } catch (error) {
      if (asked !== mine) return;
      setAnswer(null);
      setFailed(refusedBy(error));
    }
    setBusy(false);
    timer = setTimeout(() => again(order), AGAIN_MS);
  };
  const again = (order: OrderRequest): void => {
    if (document.visibilityState === "visible") void ask(order);
    else timer = setTimeout(() => again(order), AGAIN_MS);
  };
  const key = (): string => JSON.stringify([accountId(), request()]);
  createEffect(
    on(key, () => {
      stop();
      const order = request();
      setFailed(null);
      setBusy(order !== null);
      if (order === null) setAnswer(null);
      else timer = setTimeout(() => void ask(order), WAIT_MS);
    }),
  );
  onCleanup(stop);
  return {
    answer,
    busy,
    refusals: () => {
      const failure = failed();
      if (failure !== null) return [failure];
      return (answer()?.refusals ?? []).map(({ error }) => refusalOf(error));
    },
  };
}
