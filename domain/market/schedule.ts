/** A row of the order matrix: what the venue does with an order depends on it. */
export type OrderSession = "always" | "overnight" | "pre" | "opening" | "regular" | "closing" | "post" | "closed";
