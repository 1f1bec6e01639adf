/**
 * How long an order may take from the edge to its account, in milliseconds. A later one is refused: a client that lost
 * the connection and does not find its order after this time knows that it will not be placed (AC-13).
 */
export const ORDER_WAY_MS_MAX = 10_000;
