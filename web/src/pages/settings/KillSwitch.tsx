import { createSignal, Show, type JSX } from "solid-js";
import type { WireKillSwitch } from "../../../../protocol/wire/accountSettings.ts";
import { reload } from "../../account/state.ts";
import { call } from "../../api/client.ts";
import { Button } from "../../design/components/Button.tsx";
import { CheckField } from "../../design/components/Field.tsx";
import { notify } from "../../design/components/notices.tsx";
import { Badge } from "../../design/components/small.tsx";
import { Refusal } from "../../forms/action.tsx";
import { SETTINGS as T } from "../../text/en/settings.ts";
import { createChange, createRead, Loaded, Section } from "./parts.tsx";

/** The owner's kill switch of an account. */
export function KillSwitch(props: { readonly account: string }): JSX.Element {
  const of = () => ({ account: props.account });
  const [state, again] = createRead(() => call<WireKillSwitch>("GET", "/v1/account/kill_switch", of()));
  const [cancels, setCancels] = createSignal(true);
  const [flattens, setFlattens] = createSignal(false);
  const isOn = (): boolean => state.latest?.set_by.includes("owner") ?? false;
  const action = createChange(async () => {
    const on = !isOn();
    const body = { on, cancel_orders: on && (cancels() || flattens()), flatten: on && flattens() };
    const { canceled = [], closed = [] } = await call<WireKillSwitch>("POST", "/v1/account/kill_switch", {
      ...of(),
      body,
    });
    if (on && body.cancel_orders) notify("warn", T.killDone(canceled.length, closed.length));
    again();
    await reload();
  }, null);
  return (
    <Section
      title={T.killSwitch}
      lead={T.killLead}
      actions={
        <Badge tone={state.latest?.on === true ? "danger" : "good"}>
          {state.latest?.on === true ? T.killOn : T.killOff}
        </Badge>
      }
    >
      <Loaded of={state} retry={again}>
        {() => (
          <div class="form">
            <Show when={state.latest?.set_by.includes("exchange") === true}>
              <p class="notice" data-tone="danger">
                {T.killByExchange}
              </p>
            </Show>
            <Show when={!isOn()}>
              <div class="stack">
                <CheckField
                  label={T.killCancel}
                  checked={cancels() || flattens()}
                  disabled={flattens()}
                  onChange={setCancels}
                />
                <CheckField label={T.killFlatten} checked={flattens()} onChange={setFlattens} />
              </div>
            </Show>
            <Refusal of={action} />
            <div class="row">
              <Button kind={isOn() ? "primary" : "danger"} busy={action.busy()} onClick={() => void action.run()}>
                {isOn() ? T.killTurnOff : T.killTurnOn}
              </Button>
            </div>
          </div>
        )}
      </Loaded>
    </Section>
  );
}
