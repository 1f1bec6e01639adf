import { useLocation } from "@solidjs/router";
import { createEffect, createSignal, createUniqueId, Show, type JSX } from "solid-js";
import { session } from "../api/session.ts";
import { Button, IconButton } from "../design/components/Button.tsx";
import { TOUR as T } from "../text/en/commands.ts";
import "./tour.css";

/** Once it is closed, it never comes again by itself. */
const KEY = "tour";

const [step, setStep] = createSignal<number | null>(null);

/** Shows the tour from its beginning. */
export function showTour(): void {
  setStep(0);
}

function end(): void {
  localStorage.setItem(KEY, "closed");
  setStep(null);
}

/** A few words on the first visit of the workspace. It covers a corner, and nothing waits for it. */
export function Tour(): JSX.Element {
  const location = useLocation();
  const id = createUniqueId();
  createEffect(() => {
    const isFirst = session().kind === "signed in" && location.pathname === "/trade";
    if (isFirst && localStorage.getItem(KEY) === null) setStep((now) => now ?? 0);
  });
  const shown = (): (typeof T.steps)[number] | null => {
    const nth = step();
    return nth === null ? null : (T.steps[nth] ?? null);
  };
  const nth = (): number => step() ?? 0;
  const isLast = (): boolean => nth() === T.steps.length - 1;
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.key === "Escape") end();
    else if (event.key === "ArrowRight" && !isLast()) setStep(nth() + 1);
    else if (event.key === "ArrowLeft" && nth() > 0) setStep(nth() - 1);
    else return;
    event.preventDefault();
  };
  return (
    <Show when={shown()}>
      {(words) => (
        <section class="tour" role="dialog" aria-label={T.label} aria-describedby={id} onKeyDown={onKeyDown}>
          <div class="spread">
            <span class="small quiet">{T.step(nth() + 1, T.steps.length)}</span>
            <IconButton icon="close" label={T.skip} onClick={end} />
          </div>
          <div id={id} class="stack-tight">
            <h2>{words()[0]}</h2>
            <p>{words()[1]}</p>
          </div>
          <div class="row">
            <Show when={!isLast()}>
              <Button kind="plain" onClick={end}>
                {T.skip}
              </Button>
            </Show>
            <span class="grow" />
            <Show when={nth() > 0}>
              <Button onClick={() => setStep(nth() - 1)}>{T.back}</Button>
            </Show>
            <Button kind="primary" onClick={() => (isLast() ? end() : setStep(nth() + 1))}>
              {isLast() ? T.done : T.next}
            </Button>
          </div>
        </section>
      )}
    </Show>
  );
}
