import { createSignal, Show, type JSX } from "solid-js";
import { Icon } from "../design/components/Icon.tsx";
import { Button } from "../design/components/Button.tsx";
import { Dialog } from "../design/components/Dialog.tsx";
import { TextField } from "../design/components/Field.tsx";
import { Menu, type MenuItem } from "../design/components/Menu.tsx";
import { notify } from "../design/components/notices.tsx";
import { TEXT } from "../text/en.ts";
import { LAYOUT_TEXT } from "../text/en/workspace.ts";
import {
  chooseLayout,
  currentId,
  layoutName,
  namedLayouts,
  nameRefusal,
  removeLayout,
  renameLayout,
  savedLayout,
  saveLayoutAs,
} from "./layouts.ts";
import { presetOf, PRESETS } from "./presets.ts";
import { syncState } from "./sync.ts";

const T = LAYOUT_TEXT;
const SYNC = { saved: T.saved, saving: T.saving, here: T.savedHere } as const;

/** Which layout is shown; chooses, saves, renames and resets layouts. */
export default function LayoutMenu(): JSX.Element {
  const [asks, setAsks] = createSignal<"save" | "rename" | null>(null);
  const isPreset = (): boolean => presetOf(currentId()) !== null;
  const choice = ({ id, name }: { readonly id: string; readonly name: string }): MenuItem => ({
    text: presetOf(id) !== null && savedLayout(id) !== null ? `${name} (${T.changed})` : name,
    checked: id === currentId(),
    onChoose: () => chooseLayout(id),
  });
  const remove = (): void => {
    const name = layoutName();
    const was = isPreset();
    removeLayout(currentId());
    notify("accent", was ? T.restored(name) : T.removed(name));
  };
  const items = (): readonly MenuItem[] => [
    ...PRESETS.map(choice),
    ...namedLayouts().map(choice),
    { text: T.saveAs, icon: "save", onChoose: () => setAsks("save") },
    ...(isPreset()
      ? [{ text: T.reset, icon: "refresh" as const, disabled: savedLayout(currentId()) === null, onChoose: remove }]
      : [
          { text: T.rename, icon: "edit" as const, onChoose: () => setAsks("rename") },
          { text: T.remove, icon: "trash" as const, onChoose: remove },
        ]),
  ];
  return (
    <>
      <Menu label={`${T.layoutIs(layoutName())}. ${SYNC[syncState()]}`} class="button layout-menu" items={items()}>
        <Icon name="layout" />
        <span class="clip">{layoutName()}</span>
        <Show when={syncState() === "here"}>
          <span class="layout-unsaved" aria-hidden="true" />
        </Show>
      </Menu>
      <Dialog title={asks() === "rename" ? T.rename : T.saveAs} open={asks() !== null} onClose={() => setAsks(null)}>
        <NameForm
          first={asks() === "rename" ? layoutName() : ""}
          but={asks() === "rename" ? currentId() : null}
          onName={(name) => {
            const isRename = asks() === "rename";
            setAsks(null);
            if (isRename) renameLayout(currentId(), name);
            else saveLayoutAs(name);
          }}
        />
      </Dialog>
    </>
  );
}

function NameForm(props: {
  readonly first: string;
  readonly but: string | null;
  readonly onName: (name: string) => void;
}): JSX.Element {
  const [name, setName] = createSignal(props.first);
  const [error, setError] = createSignal<string | null>(null);
  return (
    <form
      class="stack"
      onSubmit={(event) => {
        event.preventDefault();
        const refusal = nameRefusal(name(), props.but);
        setError(refusal);
        if (refusal === null) props.onName(name());
      }}
    >
      <TextField
        label={T.name}
        value={name()}
        error={error()}
        maxLength={60}
        autofocus
        onInput={(event) => setName(event.currentTarget.value)}
      />
      <Button kind="primary" type="submit">
        {TEXT.common.save}
      </Button>
    </form>
  );
}
