import { useNavigate } from "@solidjs/router";
import { createEffect, createSignal, lazy, on, onCleanup, Show, Suspense, type JSX } from "solid-js";
import { accountId, session } from "../api/session.ts";
import { provideActions } from "../commands/actions.ts";
import { lookActions, pageActions, tradingActions } from "../commands/defaults.ts";
import { answer, asking } from "../commands/perform.ts";
import { Button } from "../design/components/Button.tsx";
import { Dialog } from "../design/components/Dialog.tsx";
import { oneClick } from "../orders/confirmation.ts";
import { TEXT } from "../text/en.ts";
import { ACTIONS as T } from "../text/en/commands.ts";
import { TicketHost } from "./TicketHost.tsx";
import { showTour, Tour } from "./Tour.tsx";

const Palette = lazy(() => import("../commands/Palette.tsx"));

const [isOpen, setOpen] = createSignal(false);
/** What was typed before the command line was loaded. */
const [early, setEarly] = createSignal("");

/** Opens the command line. */
function openCommandLine(): void {
  if (!isOpen()) setEarly("");
  setOpen(true);
}

/** Keeps what is typed until the command line is loaded: it is text, and no key of another action. */
function EarlyKeys(): JSX.Element {
  const onKey = (event: KeyboardEvent): void => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === "Escape") setOpen(false);
    else if (event.key === "Backspace") setEarly((text) => text.slice(0, -1));
    else if (event.key.length === 1) setEarly((text) => text + event.key);
    event.preventDefault();
    event.stopImmediatePropagation();
  };
  window.addEventListener("keydown", onKey, { capture: true });
  onCleanup(() => window.removeEventListener("keydown", onKey, { capture: true }));
  return null;
}

/** What is over every page: the command line, the question before what cannot be undone, ticket sheet, tour. */
export function CommandLine(): JSX.Element {
  const navigate = useNavigate();
  const go = (path: string): void => navigate(path);
  createEffect(
    on([session, oneClick], () =>
      provideActions([
        {
          id: "command-line",
          title: T.commandLine,
          group: T.groups.help,
          key: "/",
          alsoKey: "Mod+K",
          run: openCommandLine,
        },
        { id: "shortcuts", title: T.shortcuts, group: T.groups.help, key: "?", run: () => go("/shortcuts") },
        { id: "tour", title: T.tour, group: T.groups.help, run: showTour },
        ...tradingActions(),
        ...pageActions(go),
        ...lookActions(),
      ]),
    ),
  );
  return (
    <>
      <Show when={isOpen()}>
        <Suspense fallback={<EarlyKeys />}>
          <Palette initial={early()} onClose={() => setOpen(false)} />
        </Suspense>
      </Show>
      <Question />
      <TicketHost />
      <Tour />
    </>
  );
}

/** Asks before what cannot be undone. */
function Question(): JSX.Element {
  // What was asked about one account is not done to another one.
  createEffect(on(accountId, () => answer(false), { defer: true }));
  return (
    <Dialog title={T.ask} open={asking() !== null} onClose={() => answer(false)}>
      <div class="stack">
        <p>{asking()?.text}</p>
        <div class="row confirm-buttons">
          <Button size="large" onClick={() => answer(false)}>
            {TEXT.common.cancel}
          </Button>
          <Button
            size="large"
            class="grow"
            kind="danger"
            ref={(button: HTMLButtonElement) => queueMicrotask(() => button.focus())}
            onClick={() => answer(true)}
          >
            {T.yes}
          </Button>
        </div>
      </div>
    </Dialog>
  );
}
