/** The service itself. */
import * as z from "zod";
import type { Described } from "./operation.ts";

export const OPERATIONS: Described = {
  "GET /v1/health": {
    id: "health",
    summary: "Whether the service answers",
    gives: { 200: z.object({ status: z.literal("ok") }) },
    example: {},
  },
  "GET /v1/openapi.json": {
    id: "openapi",
    summary: "This document",
    gives: { 200: z.record(z.string(), z.unknown()) },
    example: {},
  },
};
