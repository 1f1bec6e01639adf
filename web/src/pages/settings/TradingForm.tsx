import { createSignal, Show, type JSX } from "solid-js";
import {
  DUPLICATE_MODES,
  LOSS_ACTIONS,
  LOSS_BASES,
  SETTABLE_LOT_METHODS,
} from "../../../../domain/risk/settingWords.ts";
import type { WireConfigurations, WireSettings } from "../../../../protocol/wire/accountSettings.ts";
import { call } from "../../api/client.ts";
import { Button } from "../../design/components/Button.tsx";
import { CheckField, SelectField, TextField } from "../../design/components/Field.tsx";
import { Refusal, submits } from "../../forms/action.tsx";
import { SETTINGS as T } from "../../text/en/settings.ts";
import { createChange, createRead, Loaded, Section } from "./parts.tsx";

interface Read {
  readonly settings: WireSettings;
  readonly configurations: WireConfigurations;
}

const LIMITS = [
  ["max_order_qty", T.maxOrderQty],
  ["max_order_value", T.maxOrderValue],
  ["max_position_qty", T.maxPositionQty],
  ["max_position_value", T.maxPositionValue],
] as const;
type Limit = (typeof LIMITS)[number][0];

/** Order defaults and limits of an account. */
export function TradingForm(props: { readonly account: string; readonly lead: string }): JSX.Element {
  const [read, again] = createRead(async (): Promise<Read> => {
    const of = { account: props.account };
    const [settings, configurations] = await Promise.all([
      call<WireSettings>("GET", "/v1/account/settings", of),
      call<WireConfigurations>("GET", "/v2/account/configurations", of),
    ]);
    return { settings, configurations };
  });
  return (
    <Section title={T.sections.trading} lead={props.lead}>
      <Loaded of={read} retry={again}>
        {(value) => <Form account={props.account} read={value} />}
      </Loaded>
    </Section>
  );
}

const orNull = (text: string): string | null => (text.trim() === "" ? null : text.trim());

function Form(props: { readonly account: string; readonly read: Read }): JSX.Element {
  const { settings, configurations } = props.read;
  const [lots, setLots] = createSignal<string>(settings.lot_method);
  const [mode, setMode] = createSignal<string>(settings.duplicate_orders.mode);
  const [seconds, setSeconds] = createSignal(String(settings.duplicate_orders.window_seconds));
  const [limits, setLimits] = createSignal<Readonly<Record<Limit, string>>>({
    max_order_qty: settings.limits.max_order_qty ?? "",
    max_order_value: settings.limits.max_order_value ?? "",
    max_position_qty: settings.limits.max_position_qty ?? "",
    max_position_value: settings.limits.max_position_value ?? "",
  });
  const [loss, setLoss] = createSignal(settings.daily_loss_limit ?? "");
  const [basis, setBasis] = createSignal<string>(settings.daily_loss_basis);
  const [lossAction, setLossAction] = createSignal<string>(settings.daily_loss_action);
  const [fractional, setFractional] = createSignal(configurations.fractional_trading);
  const [overnight, setOvernight] = createSignal(!configurations.disable_overnight_trading);
  const action = createChange(async () => {
    const of = { account: props.account };
    const own = Object.fromEntries(LIMITS.map(([name]) => [name, orNull(limits()[name])]));
    const body = {
      lot_method: lots(),
      duplicate_orders: { mode: mode(), window_seconds: Number(seconds()) },
      // The limits of symbols, which have no fields here, stay as they are.
      limits: { ...own, symbols: settings.limits.symbols },
      daily_loss_limit: orNull(loss()),
      daily_loss_basis: basis(),
      daily_loss_action: lossAction(),
    };
    await call("PATCH", "/v1/account/settings", { ...of, body });
    const words = { fractional_trading: fractional(), disable_overnight_trading: !overnight() };
    await call("PATCH", "/v2/account/configurations", { ...of, body: words });
  });
  return (
    <form class="form" onSubmit={submits(() => void action.run())}>
      <h3>{T.orderDefaults}</h3>
      <div class="settings-fields">
        <Choice label={T.lotMethod} of={SETTABLE_LOT_METHODS} words={T.lotMethods} value={lots()} onChange={setLots} />
        <Choice label={T.duplicates} of={DUPLICATE_MODES} words={T.duplicateModes} value={mode()} onChange={setMode} />
        <Show when={mode() !== "off"}>
          <Amount label={T.duplicateWindow} value={seconds()} onInput={setSeconds} />
        </Show>
      </div>
      <div class="stack">
        <CheckField label={T.fractional} checked={fractional()} onChange={setFractional} />
        <CheckField label={T.overnight} checked={overnight()} onChange={setOvernight} />
      </div>
      <h3>{T.limits}</h3>
      <p class="quiet">{T.limitsLead}</p>
      <div class="settings-fields">
        {LIMITS.map(([name, label]) => (
          <Amount
            label={label}
            value={limits()[name]}
            onInput={(text) => void setLimits((before) => ({ ...before, [name]: text }))}
          />
        ))}
        <Amount label={T.lossLimit} hint={T.lossHint} value={loss()} onInput={setLoss} />
        <Show when={loss().trim() !== ""}>
          <Choice label={T.lossBasis} of={LOSS_BASES} words={T.lossBases} value={basis()} onChange={setBasis} />
          <Choice
            label={T.lossAction}
            of={LOSS_ACTIONS}
            words={T.lossActions}
            value={lossAction()}
            onChange={setLossAction}
          />
        </Show>
      </div>
      <Refusal of={action} />
      <div class="row">
        <Button kind="primary" type="submit" busy={action.busy()}>
          {T.save}
        </Button>
      </div>
    </form>
  );
}

function Choice(props: {
  readonly label: string;
  readonly of: readonly string[];
  readonly words: Readonly<Record<string, string>>;
  readonly value: string;
  readonly onChange: (value: string) => void;
}): JSX.Element {
  return (
    <SelectField
      label={props.label}
      value={props.value}
      onChange={props.onChange}
      options={props.of.map((value) => ({ value, text: props.words[value] ?? value }))}
    />
  );
}

function Amount(props: {
  readonly label: string;
  readonly hint?: string;
  readonly value: string;
  readonly onInput: (value: string) => void;
}): JSX.Element {
  return (
    <TextField
      label={props.label}
      hint={props.hint}
      inputmode="decimal"
      pattern="[0-9]*\.?[0-9]*"
      value={props.value}
      onInput={(event) => props.onInput(event.currentTarget.value)}
    />
  );
}
