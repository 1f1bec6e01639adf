import type { JSX } from "solid-js";
import { TicketHost } from "./TicketHost.tsx";

/** What is over every page: the command line, and the order ticket where no panel has one. */
export function CommandLine(): JSX.Element {
  return <TicketHost />;
}
