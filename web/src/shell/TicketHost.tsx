import { createEffect, createSignal, lazy, on, Show, Suspense, type JSX } from "solid-js";
import { session } from "../api/session.ts";
import { isTaken, ticketRequest } from "../orders/ticketRequest.ts";

const TicketSheet = lazy(async () => ({ default: (await import("../panels/ticket/TicketSheet.tsx")).TicketSheet }));

/** Opens the ticket as a sheet when one is asked for and no ticket is in sight. Once in the document. */
export function TicketHost(): JSX.Element {
  const [open, setOpen] = createSignal(false);
  createEffect(
    on(ticketRequest, (ask) => {
      if (ask === null || session().kind !== "signed in") return;
      // The panels have the first say.
      queueMicrotask(() => {
        if (!isTaken(ask.id)) setOpen(true);
      });
    }),
  );
  return (
    <Show when={open()}>
      <Suspense>
        <TicketSheet open={open()} onClose={() => setOpen(false)} />
      </Suspense>
    </Show>
  );
}
