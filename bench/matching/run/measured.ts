/** What is measured, for the bundle: the code runs in Node as it is deployed, not module by module. */
export { Runner } from "./runner.ts";
export { roundTrip } from "./snapshot.ts";
export { BinaryInterface, encodeOrders } from "./wire.ts";
