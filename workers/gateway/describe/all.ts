/** All descriptions together: add your area's here. */
import { DATA } from "./data.ts";
import type { Described } from "./operation.ts";
import { OPERATIONS } from "./operations.ts";
import { TRADING } from "./trading.ts";

export const DESCRIBED: Described = { ...TRADING, ...DATA, ...OPERATIONS };
