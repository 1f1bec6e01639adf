/** Most tax lots that an order may name: bounds the order, and its audit record. */
export const CHOSEN_LOTS_MAX = 100;
