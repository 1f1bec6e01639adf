import type { JSX } from "solid-js";
import type { PanelProps } from "../kinds.ts";
import { TicketBody } from "./TicketBody.tsx";

/** The order ticket as a panel of the workspace. */
export default function Ticket(props: PanelProps): JSX.Element {
  return <TicketBody symbol={() => props.symbol()} setSymbol={(symbol) => props.setSymbol(symbol)} />;
}
