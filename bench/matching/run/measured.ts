/** The entry of the measured bundle: the code runs in Node as one file, as it is deployed. */
export { Runner } from "./runner.ts";
export { roundTrip } from "./snapshot.ts";
export { BinaryInterface, encodeOrders } from "./wire.ts";
