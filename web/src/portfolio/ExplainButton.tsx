import { createSignal, lazy, Show, Suspense, type JSX } from "solid-js";
import { Dialog } from "../design/components/Dialog.tsx";
import { EXPLAIN } from "../text/en/portfolio.ts";
import { TEXT } from "../text/en.ts";
import "./explain.css";

const Explained = lazy(() => import("./Explained.tsx"));

/** A figure that can be opened: what it is made of, as the exchange computes it. */
export function ExplainButton(props: {
  /** The figure as the API names it. */
  readonly figure: string;
  readonly name: string;
  readonly symbol?: string;
  readonly range?: Readonly<Record<string, string>>;
  readonly children: JSX.Element;
}): JSX.Element {
  return (
    <OpenFigure name={props.name} shown={props.children}>
      <Suspense fallback={<p class="muted">{TEXT.common.loading}</p>}>
        <Explained figure={props.figure} symbol={props.symbol} range={props.range} />
      </Suspense>
    </OpenFigure>
  );
}

/** A figure that opens a dialog; `children` is what the dialog shows. */
export function OpenFigure(props: {
  readonly name: string;
  readonly shown: JSX.Element;
  readonly children: JSX.Element;
}): JSX.Element {
  const [open, setOpen] = createSignal(false);
  return (
    <>
      <button type="button" class="figure-button" title={EXPLAIN.open(props.name)} onClick={() => setOpen(true)}>
        {props.shown}
        <span class="hidden-text">, {EXPLAIN.open(props.name)}</span>
      </button>
      <Dialog wide title={EXPLAIN.title(props.name)} open={open()} onClose={() => setOpen(false)}>
        <Show when={open()}>{props.children}</Show>
      </Dialog>
    </>
  );
}
