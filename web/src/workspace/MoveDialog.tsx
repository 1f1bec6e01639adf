import { createSignal, Show, type JSX } from "solid-js";
import { Button } from "../design/components/Button.tsx";
import { Dialog } from "../design/components/Dialog.tsx";
import { SelectField, type Option } from "../design/components/Field.tsx";
import { Segments } from "../design/components/Segments.tsx";
import { LAYOUT_TEXT } from "../text/en/workspace.ts";
import { moveTo } from "./drag.ts";
import { groupOf, groupsOf, type Edge } from "./layout.ts";
import { layout } from "./layouts.ts";
import { titleOfPanel } from "./titles.ts";

const T = LAYOUT_TEXT;
const WHOLE = "";

/** Moves a panel without dragging: beside which other, and on which side. */
export function MoveDialog(props: {
  readonly panel: string;
  readonly open: boolean;
  readonly onClose: () => void;
}): JSX.Element {
  return (
    <Dialog title={T.moveTitle(titleOfPanel(props.panel))} open={props.open} onClose={props.onClose}>
      <Show when={props.open}>
        <Places panel={props.panel} onClose={props.onClose} />
      </Show>
    </Dialog>
  );
}

function Places(props: { readonly panel: string; readonly onClose: () => void }): JSX.Element {
  const own = groupOf(layout(), props.panel);
  const isAlone = own?.panels.length === 1;
  const groups: readonly Option[] = groupsOf(layout().root)
    .filter(({ id }) => id !== own?.id || !isAlone)
    .map(({ id, panels }) => ({ value: id, text: T.beside(panels.map(titleOfPanel).join(", ")) }));
  const places = [...groups, { value: WHOLE, text: T.whole }];
  const [place, setPlace] = createSignal(places[0]?.value ?? WHOLE);
  const [side, setSide] = createSignal<Edge | "centre">("right");
  const sides = (): readonly Option[] =>
    (["left", "right", "top", "bottom", "centre"] as const)
      .filter((edge) => edge !== "centre" || place() !== WHOLE)
      .map((edge) => ({ value: edge, text: T.edges[edge] }));
  const move = (event: SubmitEvent): void => {
    event.preventDefault();
    const group = place() === WHOLE ? null : place();
    const edge = side();
    props.onClose();
    if (edge !== "centre") moveTo(props.panel, { group, edge });
    else if (group !== null) moveTo(props.panel, { group, edge });
    queueMicrotask(() => document.querySelector<HTMLElement>(`[data-tab="${props.panel}"]`)?.focus());
  };
  return (
    <form class="stack" onSubmit={move}>
      <SelectField label={T.moveTo} options={places} value={place()} onChange={setPlace} />
      <Segments label={T.moveTo} options={sides()} value={side()} onChange={(edge) => setSide(edge as Edge)} />
      <Button kind="primary" type="submit">
        {T.moveTitle(titleOfPanel(props.panel))}
      </Button>
    </form>
  );
}
