/** Asks before something is sold at the market: a position, a part of it, a tax lot. */
import { createEffect, createSignal, on, Show, type JSX } from "solid-js";
import { errorText } from "../../api/error.ts";
import { accountId } from "../../api/session.ts";
import { Button } from "../../design/components/Button.tsx";
import { Dialog } from "../../design/components/Dialog.tsx";
import { notify } from "../../design/components/notices.tsx";
import { POSITIONS } from "../../text/en/blotter.ts";
import { TEXT } from "../../text/en.ts";

/** What is to be sold. */
export interface Sale {
  readonly title: string;
  /** What is sold, and for about how much; it moves with the market. */
  readonly text: () => string;
  /** The words of the button. */
  readonly yes: string;
  readonly act: () => Promise<unknown>;
  /** What is told once it is sent. */
  readonly done: string;
}

/** The question; none while there is no sale. */
export function SaleDialog(props: { readonly sale: Sale | null; readonly onClose: () => void }): JSX.Element {
  // What was asked about one account is not sold of another one.
  createEffect(on(accountId, () => props.onClose(), { defer: true }));
  return (
    <Dialog title={props.sale?.title ?? ""} open={props.sale !== null} onClose={() => props.onClose()}>
      <Show when={props.sale} keyed>
        {(sale) => <Asked sale={sale} onClose={() => props.onClose()} />}
      </Show>
    </Dialog>
  );
}

function Asked(props: { readonly sale: Sale; readonly onClose: () => void }): JSX.Element {
  const [busy, setBusy] = createSignal(false);
  const [error, setError] = createSignal<string | null>(null);
  const sell = async (): Promise<void> => {
    setBusy(true);
    setError(null);
    try {
      await props.sale.act();
      notify("accent", POSITIONS.closing(props.sale.done));
      props.onClose();
    } catch (failure) {
      setError(errorText(failure));
      setBusy(false);
    }
  };
  return (
    <div class="stack">
      <p>{props.sale.text()}</p>
      <Show when={error()}>{(text) => <p class="field-error">{text()}</p>}</Show>
      <div class="row wrap ask-buttons">
        <Button size="large" onClick={() => props.onClose()}>
          {TEXT.common.cancel}
        </Button>
        <Button size="large" kind="danger" busy={busy()} onClick={() => void sell()}>
          {props.sale.yes}
        </Button>
      </div>
    </div>
  );
}
