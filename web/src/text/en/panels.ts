/** Titles of the panels. */
export const PANELS = {
  watchlist: "Watchlist",
  chart: "Chart",
  ladder: "Depth ladder",
  depthChart: "Depth chart",
  tape: "Time & sales",
  ticket: "Order ticket",
  blotter: "Orders and positions",
  balances: "Balances",
  alerts: "Alerts",
} as const;
