import { createEffect, createUniqueId, Show, type JSX } from "solid-js";
import { Button } from "../../design/components/Button.tsx";
import { LADDER } from "../../text/en/ladder.ts";
import type { LadderTrading, Question } from "./trading.ts";

/**
 * Asks before something is sent: Enter says yes, Escape no, and the focus goes back to where it was. It is over what is
 * below the rows, and moves nothing.
 */
export function ConfirmBar(props: { readonly trading: LadderTrading }): JSX.Element {
  return (
    <Show when={props.trading.question()} keyed>
      {(question) => <Asked question={question} trading={props.trading} />}
    </Show>
  );
}

function Asked(props: { readonly question: Question; readonly trading: LadderTrading }): JSX.Element {
  const id = createUniqueId();
  let yes: HTMLDivElement | undefined;
  const before = document.activeElement;
  createEffect(() => yes?.querySelector("button")?.focus());
  const end = (act: () => void): void => {
    act();
    if (before instanceof HTMLElement) before.focus();
  };
  return (
    <div
      class="ladder-confirm"
      role="dialog"
      aria-labelledby={id}
      onKeyDown={(event) => {
        if (event.key !== "Escape") return;
        event.stopPropagation();
        end(() => props.trading.dismiss());
      }}
    >
      <p id={id}>{props.question.text}</p>
      <div ref={yes} class="row">
        <Button
          class="grow"
          kind={props.question.kind}
          // The second press of a double click has read nothing.
          onClick={(event) => event.detail < 2 && end(() => props.trading.confirm())}
        >
          {props.question.yes}
        </Button>
        <Button onClick={() => end(() => props.trading.dismiss())}>{LADDER.keep}</Button>
      </div>
    </div>
  );
}
