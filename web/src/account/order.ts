import type { WireOrder } from "../../../protocol/wire/orders.ts";

type Times = "created_at" | "updated_at" | "submitted_at";
type LaterTimes = "filled_at" | "expired_at" | "expires_at" | "canceled_at" | "failed_at" | "replaced_at";

/** An order as JSON has it: times are texts. */
export type Order = Omit<WireOrder, Times | LaterTimes | "legs"> &
  Readonly<Record<Times, string>> &
  Readonly<Record<LaterTimes, string | null>> & { readonly legs: readonly Order[] | null };

const OPEN: ReadonlySet<Order["status"]> = new Set([
  "pending_new",
  "accepted",
  "new",
  "held",
  "partially_filled",
  "pending_cancel",
  "pending_replace",
]);

/** True while the order may still trade. */
export const isOpen = ({ status }: Order): boolean => OPEN.has(status);
