import * as z from "zod";
import type { Descriptions } from "../../operation.ts";
import type { ACCESS } from "./access.ts";

const anything = z.record(z.string(), z.unknown());

const html = { description: "a page", type: "text/html" };

const icon = { description: "an image", type: "image/svg+xml" };

export const description: Descriptions<typeof ACCESS> = {
  "GET /v1/openapi.json": { id: "openapi", summary: "This document", responses: { 200: anything }, example: {} },
  "GET /v1/asyncapi.json": { id: "asyncapi", summary: "The streams", responses: { 200: anything }, example: {} },
  "GET /docs": { id: "reference", summary: "The reference, to read", responses: { 200: html } },
  "GET /docs/streams": { id: "streams", summary: "The streams, to read", responses: { 200: html } },
  "GET /docs/try": { id: "tryIt", summary: "The reference, with calls to try", responses: { 200: html } },
  "GET /favicon.svg": { id: "icon", summary: "Icon", responses: { 200: icon } },
  "GET /favicon.ico": {
    id: "iconAsAsked",
    summary: "Icon, at the path that browsers request",
    responses: { 200: icon },
  },
  "GET /docs/errors": { id: "errors", summary: "Every error, to read", responses: { 200: html } },
  "GET /docs/*": { paths: {} },
};
