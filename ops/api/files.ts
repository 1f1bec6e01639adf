/** The generated documents of the API: paths and texts. */
import { join } from "node:path";
import { ROOT } from "../workers.ts";
import { asyncapi } from "./asyncapi.ts";
import { errorsMarkdown } from "./errorsPage.ts";
import { openapi } from "./openapi.ts";

const json = (document: unknown): string => `${JSON.stringify(document, null, 1)}\n`;

/** Every document by its path, as `npm run docs:api` writes it. */
export function apiDocuments(): ReadonlyMap<string, string> {
  return new Map([
    [join(ROOT, "docs", "openapi.json"), json(openapi())],
    [join(ROOT, "docs", "asyncapi.json"), json(asyncapi())],
    [join(ROOT, "docs", "errors.md"), errorsMarkdown()],
  ]);
}
