/** All descriptions together: add your area's here. */
import type { Described } from "./operation.ts";
import { OPERATIONS } from "./operations.ts";

export const DESCRIBED: Described = { ...OPERATIONS };
