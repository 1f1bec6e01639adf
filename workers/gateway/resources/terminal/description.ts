import type { Descriptions } from "../../operation.ts";
import type { ACCESS } from "./access.ts";

const html = { description: "a page", type: "text/html" };

/** Pages and files for browsers: the reference of the API lists only the first. */
export const description: Descriptions<typeof ACCESS> = {
  "GET /": { id: "home", summary: "Start page, and the trading terminal", responses: { 200: html } },
  "GET /sign-in": { page: true },
  "GET /sign-up": { page: true },
  "GET /design": { page: true },
  "GET /shortcuts": { page: true },
  "GET /trade": { page: true },
  "GET /portfolio": { page: true },
  "GET /portfolio/*": { paths: {} },
  "GET /accounts": { page: true },
  "GET /accounts/*": { paths: {} },
  "GET /alerts": { page: true },
  "GET /statements": { page: true },
  "GET /statements/*": { paths: {} },
  "GET /settings": { page: true },
  "GET /settings/*": { paths: {} },
  "GET /admin": { page: true },
  "GET /admin/*": { paths: {} },
  "GET /audit": { page: true },
  "GET /audit/*": { paths: {} },
  "GET /app/*": { paths: {} },
  "GET /sw.js": { page: true },
};
