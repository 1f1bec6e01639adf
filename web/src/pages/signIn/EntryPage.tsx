import type { JSX } from "solid-js";
import { Button } from "../../design/components/Button.tsx";
import { type Action, Refusal, type Refused, submits } from "../../forms/action.tsx";
import "../../forms/forms.css";
import "./entry.css";

/** The frame of the pages by which people come in: one card in the middle. */
export function EntryPage(props: {
  readonly title: string;
  readonly lead?: string | undefined;
  readonly foot?: JSX.Element;
  readonly children: JSX.Element;
}): JSX.Element {
  return (
    <div class="entry">
      <div class="entry-card">
        <div class="card">
          <h1>{props.title}</h1>
          {props.lead !== undefined && <p class="quiet">{props.lead}</p>}
          {props.children}
        </div>
        <div class="entry-foot">{props.foot}</div>
      </div>
    </div>
  );
}

/** The form of such a page: what it asks for, its refusal, the button that sends it, and other ways to go on. */
export function EntryForm(props: {
  readonly of: Action<[]>;
  /** What was refused, where the page has another action too. */
  readonly refused?: Refused;
  readonly text: string;
  readonly ways?: JSX.Element;
  readonly children: JSX.Element;
}): JSX.Element {
  return (
    <form class="form" onSubmit={submits(() => void props.of.run())}>
      {props.children}
      <Refusal of={props.refused ?? props.of} />
      <Button kind="primary" type="submit" busy={props.of.busy()} disabled={props.of.wait() > 0}>
        {props.text}
      </Button>
      {props.ways}
    </form>
  );
}
