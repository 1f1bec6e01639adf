import { createSignal, createUniqueId, For, type JSX } from "solid-js";
import { Button, IconButton } from "../../design/components/Button.tsx";
import { CheckField, SelectField, TextField } from "../../design/components/Field.tsx";
import { Menu } from "../../design/components/Menu.tsx";
import { Segments } from "../../design/components/Segments.tsx";
import { Tabs } from "../../design/components/Tabs.tsx";
import { DESIGN_TEXT } from "../../text/en/design.ts";

const T = DESIGN_TEXT;
const KINDS = ["primary", undefined, "plain", "danger", "buy", "sell"] as const;

/** Everything that is pressed or typed into, in each of its states. */
export function Controls(): JSX.Element {
  const [side, setSide] = createSignal("buy");
  const [type, setType] = createSignal("limit");
  const [tab, setTab] = createSignal("open");
  const [checked, setChecked] = createSignal(true);
  return (
    <div class="design-grid">
      <div class="card stack">
        <For each={[false, true]}>
          {(disabled) => (
            <div class="row wrap">
              <For each={KINDS}>
                {(kind) => (
                  <Button {...(kind === undefined ? {} : { kind })} disabled={disabled}>
                    {T.kinds[kind ?? "usual"]}
                  </Button>
                )}
              </For>
            </div>
          )}
        </For>
        <div class="row wrap">
          <Button icon="save">{T.withIcon}</Button>
          <Button busy>{T.busy}</Button>
          <IconButton icon="settings" label={T.iconButton} />
          <IconButton icon="star" label={T.pressed} aria-pressed="true" />
          <Menu
            label={T.menu}
            items={T.menuItems.map((text, nth) => ({ text, checked: nth === 0, onChoose: () => {} }))}
          />
        </div>
        <Button kind="buy" size="large">
          {T.large}
        </Button>
      </div>
      <div class="card stack">
        <TextField label={T.price} value="190.50" inputmode="decimal" hint={T.hint} id={createUniqueId()} />
        <TextField label={T.quantity} value="0" inputmode="decimal" error={T.error} />
        <TextField label={T.disabled} value="–" disabled />
        <SelectField
          label={T.orderType}
          value={type()}
          onChange={setType}
          options={[
            { value: "limit", text: "Limit" },
            { value: "market", text: "Market" },
            { value: "stop", text: "Stop", refused: T.refused },
          ]}
        />
      </div>
      <div class="card stack">
        <Segments
          label={T.side}
          value={side()}
          onChange={setSide}
          options={[
            { value: "buy", text: "Buy" },
            { value: "sell", text: "Sell" },
            { value: "short", text: "Short", refused: T.refused },
          ]}
        />
        <Tabs
          label={T.tabs}
          value={tab()}
          onChange={setTab}
          tabs={[
            { id: "open", text: "Open", count: 3 },
            { id: "filled", text: "Filled" },
            { id: "all", text: "All" },
          ]}
        >
          <p class="small quiet">{T.tabText}</p>
        </Tabs>
        <CheckField label={T.check} checked={checked()} onChange={setChecked} />
        <p>
          <kbd>Ctrl</kbd> <kbd>K</kbd>
        </p>
      </div>
    </div>
  );
}
