import { For, type JSX } from "solid-js";
import { Button } from "../../design/components/Button.tsx";
import { Dialog } from "../../design/components/Dialog.tsx";
import { notify } from "../../design/components/notices.tsx";
import { saveFile } from "../../format/download.ts";
import { SETTINGS as T } from "../../text/en/settings.ts";

/** Recovery codes, shown once. */
export function RecoveryCodes(props: {
  readonly codes: readonly string[] | null;
  readonly onKept: () => void;
}): JSX.Element {
  const text = (): string => `${(props.codes ?? []).join("\n")}\n`;
  const copy = async (): Promise<void> => {
    await navigator.clipboard.writeText(text());
    notify("good", T.copied);
  };
  return (
    <Dialog title={T.recoveryTitle} open={props.codes !== null} onClose={() => props.onKept()}>
      <div class="form">
        <p>{T.recoveryLead}</p>
        <ul class="recovery-codes">
          <For each={props.codes}>{(code) => <li>{code}</li>}</For>
        </ul>
        <div class="row wrap form-end">
          <Button icon="copy" onClick={() => void copy()}>
            {T.copy}
          </Button>
          <Button icon="download" onClick={() => saveFile("recovery-codes.txt", new Blob([text()]))}>
            {T.download}
          </Button>
          <Button kind="primary" onClick={() => props.onKept()}>
            {T.recoveryKept}
          </Button>
        </div>
      </div>
    </Dialog>
  );
}
