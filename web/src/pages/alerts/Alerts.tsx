import type { JSX } from "solid-js";
import { ALERTS as T } from "../../text/en/alerts.ts";
import { AlertForm } from "./AlertForm.tsx";
import { AlertList, FiringList } from "./AlertList.tsx";
import "./alerts.css";

/** Alerts of the user: a form, those that there are, and what has fired. */
export default function Alerts(): JSX.Element {
  return (
    <div class="page alerts-page">
      <h1>{T.title}</h1>
      <div class="notice" data-tone="warn">
        <p>
          {T.intro} {T.where}
        </p>
      </div>
      <div class="alerts-columns">
        <section class="card stack" aria-labelledby="alert-new">
          <h2 id="alert-new">{T.adding}</h2>
          <AlertForm />
        </section>
        <div class="stack">
          <section class="card stack" aria-labelledby="alert-list">
            <h2 id="alert-list">{T.list}</h2>
            <AlertList empty={T.none} />
          </section>
          <section class="card stack" aria-labelledby="alert-history">
            <h2 id="alert-history">{T.history}</h2>
            <FiringList />
          </section>
        </div>
      </div>
    </div>
  );
}
