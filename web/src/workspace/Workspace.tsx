import { createSignal, For, Suspense, type JSX } from "solid-js";
import { Dynamic } from "solid-js/web";
import { Empty } from "../design/components/small.tsx";
import { panelKind } from "../panels/kinds.ts";
import { TEXT } from "../text/en.ts";
import { activeSymbol, showSymbol } from "./symbols.ts";
import "./workspace.css";

const FIRST = ["watchlist", "chart", "ladder", "ticket", "blotter", "tape"];

/** The workspace: panels side by side. */
export default function Workspace(): JSX.Element {
  return (
    <div class="workspace">
      <For each={FIRST}>{(id) => <Panel id={id} />}</For>
    </div>
  );
}

function Panel(props: { readonly id: string }): JSX.Element {
  const kind = panelKind(props.id);
  const [settings, setSettings] = createSignal<Readonly<Record<string, unknown>>>({});
  return (
    <section class="panel" data-panel={props.id} aria-label={kind?.title}>
      <header class="panel-head">{kind?.title}</header>
      <div class="panel-body">
        <Suspense fallback={<Empty>{TEXT.common.loading}</Empty>}>
          <Dynamic
            component={kind?.component}
            symbol={activeSymbol}
            setSymbol={showSymbol}
            settings={settings}
            setSettings={setSettings}
          />
        </Suspense>
      </div>
    </section>
  );
}
