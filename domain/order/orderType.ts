export type OrderType = "market" | "limit" | "stop" | "stop_limit" | "trailing_stop" | "market_if_touched";
