import { useLocation, type RouteSectionProps } from "@solidjs/router";
import { createEffect, onCleanup, onMount, Show, Suspense, type JSX } from "solid-js";
import { keepAccount } from "../account/state.ts";
import { watchAlerts } from "../alerts/engine.ts";
import { StepUp } from "../api/stepUp.tsx";
import { isOutOfReach, keepChoice, session } from "../api/session.ts";
import { runKey } from "../commands/actions.ts";
import { ignoreHeldKeys } from "../design/heldKeys.ts";
import { Notices } from "../design/components/notices.tsx";
import { Empty } from "../design/components/small.tsx";
import { Emergency } from "../orders/emergency.tsx";
import { Banners } from "../pwa/Banners.tsx";
import { TEXT } from "../text/en.ts";
import { BottomNav } from "./BottomNav.tsx";
import { CommandLine } from "./CommandLine.tsx";
import { Header } from "./Header.tsx";
import { StatusBar } from "./StatusBar.tsx";
import "./shell.css";

/** The frame of every page: header, content, status bar; messages and the command line over them. */
export function App(props: RouteSectionProps): JSX.Element {
  const location = useLocation();
  keepChoice();
  keepAccount();
  watchAlerts();
  onMount(() => {
    window.addEventListener("keydown", ignoreHeldKeys, { capture: true });
    document.addEventListener("keydown", runKey);
    onCleanup(() => {
      window.removeEventListener("keydown", ignoreHeldKeys, { capture: true });
      document.removeEventListener("keydown", runKey);
    });
  });
  // The new page is read from its beginning, as after a load.
  createEffect((before: string) => {
    if (before !== "" && before !== location.pathname) document.querySelector("main")?.focus();
    return location.pathname;
  }, "");
  return (
    <div class="app">
      <a class="skip-link" href="#content">
        {TEXT.shell.skip}
      </a>
      <Header />
      <Banners />
      <main id="content" tabindex={-1}>
        <Suspense fallback={<Empty>{TEXT.common.loading}</Empty>}>
          <Show
            when={session().kind !== "loading"}
            fallback={<Empty>{isOutOfReach() ? TEXT.shell.outOfReach : TEXT.common.loading}</Empty>}
          >
            {props.children}
          </Show>
        </Suspense>
      </main>
      <StatusBar />
      <BottomNav />
      <CommandLine />
      <Emergency />
      <StepUp />
      <Notices />
    </div>
  );
}
