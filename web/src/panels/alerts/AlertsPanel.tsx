import { createSignal, Show, type JSX } from "solid-js";
import { Button } from "../../design/components/Button.tsx";
import { Dialog } from "../../design/components/Dialog.tsx";
import { AlertForm } from "../../pages/alerts/AlertForm.tsx";
import { AlertList } from "../../pages/alerts/AlertList.tsx";
import { ALERTS as T } from "../../text/en/alerts.ts";
import type { PanelProps } from "../kinds.ts";
import "../../pages/alerts/alerts.css";

/** The alerts beside the market. */
export default function AlertsPanel(props: PanelProps): JSX.Element {
  const [adding, setAdding] = createSignal(false);
  return (
    <div class="alerts-panel" tabindex={0} role="region" aria-label={T.title}>
      <div class="row">
        <Button icon="add" onClick={() => setAdding(true)}>
          {T.add}
        </Button>
      </div>
      <AlertList empty={T.noneOf} />
      <Dialog title={T.adding} open={adding()} onClose={() => setAdding(false)}>
        <Show when={adding()}>
          <AlertForm symbol={props.symbol()} onDone={() => setAdding(false)} />
        </Show>
      </Dialog>
    </div>
  );
}
