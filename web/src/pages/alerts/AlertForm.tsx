import { createMemo, createSignal, createUniqueId, For, Show, type JSX } from "solid-js";
import {
  type Alert,
  type AlertInput,
  type AlertProblem,
  CHANGE_CONDITIONS,
  type Condition,
  CONDITIONS,
  DISTANCES,
  PRICE_CONDITIONS,
} from "../../alerts/alert.ts";
import { addAlert, AlertFault, editAlert } from "../../alerts/alerts.ts";
import { alertText } from "../../alerts/words.ts";
import { Button } from "../../design/components/Button.tsx";
import { CheckField, SelectField, TextField } from "../../design/components/Field.tsx";
import { notify } from "../../design/components/notices.tsx";
import { follow } from "../../feed/store.ts";
import { price } from "../../format/numbers.ts";
import { assetOf, assets } from "../../market/assets.ts";
import { ALERTS as T } from "../../text/en/alerts.ts";
import { COMMON } from "../../text/en/common.ts";
import { activeSymbol } from "../../workspace/symbols.ts";

/** The form of a new alert, or of one that is changed. `symbol`: what a new one is about at first. */
export function AlertForm(props: {
  readonly alert?: Alert | null;
  readonly symbol?: string;
  readonly onDone?: () => void;
}): JSX.Element {
  const given = props.alert ?? null;
  const [condition, setCondition] = createSignal<Condition>(given?.condition ?? "above");
  const [symbol, setSymbol] = createSignal(given?.symbol ?? props.symbol ?? activeSymbol());
  const [level, setLevel] = createSignal(given?.level ?? "");
  const [once, setOnce] = createSignal(given?.once ?? true);
  const [distance, setDistance] = createSignal(given?.distance ?? "0.1");
  const [expiry, setExpiry] = createSignal(typeof given?.expiresAt === "number" ? localText(given.expiresAt) : "");
  const [note, setNote] = createSignal(given?.note ?? "");
  const [spoken, setSpoken] = createSignal(given?.spoken ?? false);
  const [sound, setSound] = createSignal(given?.sound ?? false);
  const [problem, setProblem] = createSignal<AlertProblem | null>(null);
  const listId = createUniqueId();
  const hasPrice = (): boolean => PRICE_CONDITIONS.includes(condition());
  const hasPercent = (): boolean => CHANGE_CONDITIONS.includes(condition());
  const asset = createMemo(() => assetOf(symbol().trim().toUpperCase()));
  const wrong = (field: AlertProblem): string | null => (problem() === field ? T.problems[field] : null);

  const submit = (event: SubmitEvent): void => {
    event.preventDefault();
    const named = symbol().trim().toUpperCase();
    // Before the list of instruments is read, every symbol may be right.
    if (named !== "" && assets().length > 0 && asset() === null) {
      setProblem("symbol");
      return;
    }
    const input: AlertInput = {
      symbol: named,
      condition: condition(),
      price: level().trim(),
      percent: level().trim(),
      distance: distance(),
      once: once(),
      expiresAt: expiry() === "" ? null : new Date(expiry()).getTime(),
      note: note(),
      spoken: spoken(),
      sound: sound(),
    };
    try {
      if (given === null) notify("good", T.added(alertText(addAlert(input))));
      else editAlert(given.id, input);
      setProblem(null);
      if (given === null) setLevel("");
      props.onDone?.();
    } catch (error) {
      if (!(error instanceof AlertFault)) throw error;
      setProblem(error.field);
    }
  };

  return (
    <form class="alert-form" onSubmit={submit} novalidate>
      <TextField
        label={T.symbol}
        value={symbol()}
        list={listId}
        error={wrong("symbol")}
        hint={condition() === "filled" ? T.anySymbol : undefined}
        onInput={(event) => setSymbol(event.currentTarget.value)}
      />
      <datalist id={listId}>
        <For each={assets()}>{(one) => <option value={one.symbol}>{one.name}</option>}</For>
      </datalist>
      <SelectField
        label={T.condition}
        value={condition()}
        options={CONDITIONS.map((value) => ({ value, text: T.conditions[value] }))}
        onChange={(value) => setCondition(value as Condition)}
      />
      <Show when={hasPrice() || hasPercent()}>
        <TextField
          label={hasPrice() ? T.price : T.percent}
          inputmode="decimal"
          value={level()}
          error={wrong("price") ?? wrong("percent")}
          hint={undefined}
          onInput={(event) => setLevel(event.currentTarget.value)}
        />
        <Show when={hasPrice() && asset()} keyed>
          {(one) => <LastTrade symbol={one.symbol} />}
        </Show>
      </Show>
      <div class="pair">
        <SelectField
          label={T.repeat}
          value={once() ? "once" : "always"}
          options={[
            { value: "once", text: T.once },
            { value: "always", text: T.always },
          ]}
          onChange={(value) => setOnce(value === "once")}
        />
        <TextField
          label={T.expiry}
          type="datetime-local"
          value={expiry()}
          error={wrong("expiry")}
          hint={T.expiryHint}
          onInput={(event) => setExpiry(event.currentTarget.value)}
        />
      </div>
      <Show when={!once() && hasPrice()}>
        <SelectField
          label={T.distance}
          value={distance()}
          hint={T.distanceHint}
          options={DISTANCES.map((value) => ({ value, text: T.ofPrice(value) }))}
          onChange={setDistance}
        />
      </Show>
      <TextField
        label={T.note}
        value={note()}
        maxlength={200}
        onInput={(event) => setNote(event.currentTarget.value)}
      />
      <div class="row wrap">
        <CheckField label={T.spoken} checked={spoken()} onChange={setSpoken} />
        <CheckField label={T.sound} checked={sound()} onChange={setSound} />
      </div>
      <div class="row">
        <Button kind="primary" type="submit" icon="alert">
          {given === null ? T.create : T.saveChanges}
        </Button>
        <Show when={props.onDone !== undefined}>
          <Button kind="plain" onClick={() => props.onDone?.()}>
            {COMMON.cancel}
          </Button>
        </Show>
      </div>
    </form>
  );
}

function LastTrade(props: { readonly symbol: string }): JSX.Element {
  // The caller makes one for each symbol.
  const { trade } = follow(props.symbol, "trades");
  return <p class="muted small">{T.now(price(trade()?.price))}</p>;
}

/** A time as a field of the browser has it, in the user's time zone. */
function localText(time: number): string {
  const at = new Date(time);
  return new Date(time - at.getTimezoneOffset() * 60_000).toISOString().slice(0, 16);
}
