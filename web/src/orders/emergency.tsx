/**
 * What affects several orders or every position of the account at once: cancels, flatten, kill switch. Each asks before
 * and lists what it will do. Any part of the terminal opens them; the frame of the page shows them.
 */
import { createEffect, createSignal, For, on, Show, type JSX } from "solid-js";
import { killSwitch, switchKill } from "../account/killSwitch.ts";
import type { Order } from "../account/order.ts";
import { openOrders, positionNow, positions } from "../account/state.ts";
import { errorText } from "../api/error.ts";
import { accountId, isShared, session } from "../api/session.ts";
import { provideActions } from "../commands/actions.ts";
import { Button } from "../design/components/Button.tsx";
import { Dialog } from "../design/components/Dialog.tsx";
import { CheckField } from "../design/components/Field.tsx";
import { notify } from "../design/components/notices.tsx";
import { money, quantity } from "../format/numbers.ts";
import { BLOTTER, EMERGENCY } from "../text/en/blotter.ts";
import { TEXT } from "../text/en.ts";
import { cancelAll, cancelOrder, cancelOrders, flatten } from "./actions.ts";
import { orderText } from "./orderText.ts";
import "./emergency.css";

type Asked = "cancelAll" | "cancelSome" | "flatten" | "kill";

const [asked, setAsked] = createSignal<Asked | null>(null);
/** The orders that are asked about. */
const [some, setSome] = createSignal<ReadonlySet<string>>(new Set());

/** Asks whether every open order is to be cancelled. */
export const askCancelAll = (): void => void setAsked("cancelAll");
/** Cancels one order at once; of several it asks first. */
export function cancelOrAsk(orders: readonly Order[]): void {
  const [first] = orders;
  if (first === undefined) return;
  if (orders.length === 1) {
    cancelOrder(first.id).catch((error: unknown) => notify("danger", errorText(error)));
    return;
  }
  setSome(new Set(orders.map(({ id }) => id)));
  setAsked("cancelSome");
}
/** Asks whether every order is to be cancelled and every position sold. */
export const askFlatten = (): void => void setAsked("flatten");
/** Asks whether new orders are to be refused from now on. */
export const askKillSwitch = (): void => void setAsked("kill");

const LISTED = 8;

/** The dialogs; once in the document. */
export function Emergency(): JSX.Element {
  const may = (): boolean => session().kind === "signed in" && !isShared();
  // What was asked about one account is not done to another one.
  createEffect(on(accountId, () => setAsked(null), { defer: true }));
  provideActions([
    {
      id: "cancel-all",
      title: EMERGENCY.cancelAllTitle,
      group: EMERGENCY.groupTitle,
      key: "Alt+C",
      run: () => may() && askCancelAll(),
    },
    {
      id: "flatten",
      title: EMERGENCY.flattenTitle,
      group: EMERGENCY.groupTitle,
      key: "Alt+X",
      run: () => may() && askFlatten(),
    },
    { id: "kill-switch", title: EMERGENCY.killTitle, group: EMERGENCY.groupTitle, run: () => may() && askKillSwitch() },
  ]);
  return (
    <>
      <Ask kind="cancelAll" title={EMERGENCY.cancelAllTitle}>
        <CancelAll />
      </Ask>
      <Ask kind="cancelSome" title={EMERGENCY.cancelSomeTitle}>
        <CancelSome />
      </Ask>
      <Ask kind="flatten" title={EMERGENCY.flattenTitle}>
        <Flatten />
      </Ask>
      <Ask kind="kill" title={EMERGENCY.killTitle}>
        <Kill />
      </Ask>
    </>
  );
}

function Ask(props: { readonly kind: Asked; readonly title: string; readonly children: JSX.Element }): JSX.Element {
  return (
    <Dialog title={props.title} open={asked() === props.kind} onClose={() => asked() === props.kind && setAsked(null)}>
      {props.children}
    </Dialog>
  );
}

/** The two buttons of a dialog that asks: what it does, and leaving everything as it is. */
function Decide(props: {
  readonly text: string;
  readonly disabled?: boolean;
  readonly act: () => Promise<void>;
}): JSX.Element {
  const [busy, setBusy] = createSignal(false);
  const [error, setError] = createSignal<string | null>(null);
  const act = async (): Promise<void> => {
    setBusy(true);
    setError(null);
    try {
      await props.act();
      setAsked(null);
    } catch (failure) {
      setError(errorText(failure));
    } finally {
      setBusy(false);
    }
  };
  return (
    <>
      <Show when={error()}>{(text) => <p class="field-error">{text()}</p>}</Show>
      <div class="row wrap ask-buttons">
        <Button size="large" onClick={() => setAsked(null)}>
          {TEXT.common.cancel}
        </Button>
        <Button size="large" kind="danger" busy={busy()} disabled={props.disabled} onClick={() => void act()}>
          {props.text}
        </Button>
      </div>
    </>
  );
}

function Listed(props: { readonly rows: readonly JSX.Element[] }): JSX.Element {
  return (
    <ul class="ask-list">
      <For each={props.rows.slice(0, LISTED)}>{(row) => <li>{row}</li>}</For>
      <Show when={props.rows.length > LISTED}>
        <li class="muted">{EMERGENCY.andMore(props.rows.length - LISTED)}</li>
      </Show>
    </ul>
  );
}

function CancelAll(): JSX.Element {
  const count = (): number => openOrders().length;
  return (
    <div class="stack">
      <Show when={count() > 0} fallback={<p>{EMERGENCY.nothingOpen}</p>}>
        <p>{EMERGENCY.cancelAllText(count())}</p>
        <Listed rows={openOrders().map(orderText)} />
      </Show>
      <Decide
        text={EMERGENCY.cancelAllButton(count())}
        disabled={count() === 0}
        act={async () => {
          const cancelled = count();
          await cancelAll();
          notify("accent", BLOTTER.cancelSent(cancelled));
        }}
      />
    </div>
  );
}

/** What has closed meanwhile leaves the list. */
function CancelSome(): JSX.Element {
  const orders = (): readonly Order[] => openOrders().filter(({ id }) => some().has(id));
  const count = (): number => orders().length;
  return (
    <div class="stack">
      <Show when={count() > 0} fallback={<p>{EMERGENCY.nothingOpen}</p>}>
        <p>{EMERGENCY.cancelSomeText(count())}</p>
        <Listed rows={orders().map(orderText)} />
      </Show>
      <Decide
        text={EMERGENCY.cancelAllButton(count())}
        disabled={count() === 0}
        act={async () => {
          const sent = await cancelOrders(orders().map(({ id }) => id));
          if (sent > 0) notify("accent", BLOTTER.cancelSent(sent));
        }}
      />
    </div>
  );
}

function Flatten(): JSX.Element {
  const held = (): readonly { readonly text: string; readonly value: number | null }[] =>
    [...positions().values()].map((position) => {
      const { value } = positionNow(position);
      const about = value === null ? "" : ` (${money(value)})`;
      return { text: `${quantity(position.qty)} ${position.symbol}${about}`, value };
    });
  const total = (): number => held().reduce((sum, { value }) => sum + (value ?? 0), 0);
  return (
    <div class="stack">
      <p>{EMERGENCY.flattenText}</p>
      <ol class="ask-steps stack">
        <li>
          {EMERGENCY.flattenCancels(openOrders().length)}
          <Show when={openOrders().length > 0}>
            <Listed rows={openOrders().map(orderText)} />
          </Show>
        </li>
        <li>
          {EMERGENCY.flattenSells(held().length)}
          <Show when={held().length > 0}>
            <Listed rows={held().map(({ text }) => text)} />
            <p class="quiet">{EMERGENCY.flattenValue(money(total()))}</p>
          </Show>
        </li>
      </ol>
      <Decide
        text={EMERGENCY.flattenButton}
        disabled={openOrders().length === 0 && held().length === 0}
        act={async () => {
          const failed = await flatten();
          if (failed === 0) notify("accent", EMERGENCY.flattened);
          else notify("warn", EMERGENCY.partly(failed));
        }}
      />
    </div>
  );
}

function Kill(): JSX.Element {
  const [cancels, setCancels] = createSignal(true);
  const [sells, setSells] = createSignal(false);
  return (
    <div class="stack">
      <p>{EMERGENCY.killText}</p>
      <CheckField
        label={EMERGENCY.killCancels(openOrders().length)}
        checked={cancels() || sells()}
        disabled={sells()}
        onChange={setCancels}
      />
      <CheckField label={EMERGENCY.killFlattens(positions().size)} checked={sells()} onChange={setSells} />
      <Decide
        text={EMERGENCY.killButton}
        act={async () => {
          await switchKill({ on: true, cancel_orders: cancels() || sells(), flatten: sells() });
          notify("warn", EMERGENCY.killSwitched);
        }}
      />
    </div>
  );
}

/** Says that the kill switch is on, and switches it off; nothing while it is off. */
export function KillNotice(): JSX.Element {
  const [busy, setBusy] = createSignal(false);
  const off = async (): Promise<void> => {
    setBusy(true);
    try {
      await switchKill({ on: false });
      notify("accent", EMERGENCY.killSwitchedOff);
    } catch (error) {
      notify("danger", errorText(error));
    } finally {
      setBusy(false);
    }
  };
  return (
    <Show when={killSwitch()?.on === true}>
      <div class="kill-notice" data-kill-switch="on">
        <strong>{EMERGENCY.killOn}</strong>
        <span class="grow">
          {killSwitch()?.set_by.includes("exchange") === true ? EMERGENCY.killByExchange : EMERGENCY.killOnText}
        </span>
        <Show when={killSwitch()?.set_by.includes("owner") === true && !isShared()}>
          <Button kind="danger" busy={busy()} onClick={() => void off()}>
            {EMERGENCY.killOff}
          </Button>
        </Show>
      </div>
    </Show>
  );
}
