import type { JSX } from "solid-js";
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
