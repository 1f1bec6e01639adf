import { reset } from "cloudflare:test";
import { afterAll } from "vitest";
import { reachParts } from "./parts.ts";

reachParts();

// An alarm that rings when its file is over wakes an object whose code nobody runs any more, and the next file never begins.
afterAll(() => reset());
