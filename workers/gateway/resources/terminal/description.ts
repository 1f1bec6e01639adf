import type { Descriptions } from "../../operation.ts";
import type { ACCESS } from "./access.ts";

const html = { description: "a page", type: "text/html" };

/** Pages and files for browsers: the reference of the API lists only the first. */
export const description: Descriptions<typeof ACCESS> = {
  "GET /": { id: "home", summary: "Start page, and the trading terminal", responses: { 200: html } },
  "GET /sign-in": { paths: {} },
  "GET /sign-up": { paths: {} },
  "GET /design": { paths: {} },
  "GET /shortcuts": { paths: {} },
  "GET /trade": { paths: {} },
  "GET /portfolio": { paths: {} },
  "GET /portfolio/*": { paths: {} },
  "GET /accounts": { paths: {} },
  "GET /accounts/*": { paths: {} },
  "GET /alerts": { paths: {} },
  "GET /statements": { paths: {} },
  "GET /statements/*": { paths: {} },
  "GET /settings": { paths: {} },
  "GET /settings/*": { paths: {} },
  "GET /admin": { paths: {} },
  "GET /admin/*": { paths: {} },
  "GET /audit": { paths: {} },
  "GET /audit/*": { paths: {} },
  "GET /app/*": { paths: {} },
  "GET /sw.js": { paths: {} },
};
