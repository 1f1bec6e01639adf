import type { JSX } from "solid-js";
import { Button } from "../design/components/Button.tsx";
import { Dialog } from "../design/components/Dialog.tsx";
import { LAYOUT_TEXT } from "../text/en/workspace.ts";
import { conflict, decide } from "./sync.ts";

const T = LAYOUT_TEXT;

/** Another device has changed the layouts, too. Closing the dialog loses nothing: it keeps both. */
export function ConflictDialog(): JSX.Element {
  return (
    <Dialog title={T.conflictTitle} open={conflict() !== null} onClose={() => decide("both")}>
      <div class="stack">
        <p>{T.conflictText}</p>
        <Button kind="primary" onClick={() => decide("both")}>
          {T.useBoth}
        </Button>
        <Button onClick={() => decide("theirs")}>{T.useTheirs}</Button>
        <Button onClick={() => decide("mine")}>{T.useMine}</Button>
      </div>
    </Dialog>
  );
}
