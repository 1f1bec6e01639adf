/**
 * The generated files of /docs: the documents, their pages, and a copy of the script and style of the interactive
 * reference. They are written to workers/gateway/site, which also has hand-written files.
 */
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { basename, dirname, join } from "node:path";
import { ROOT } from "../workers.ts";
import { errorsHtml } from "./errorsPage.ts";
import { apiDocuments } from "./files.ts";
import { referenceHtml } from "./referencePage.ts";
import { streamsHtml } from "./streamsPage.ts";
import { writeChanged } from "./writeChanged.ts";

// The licence must accompany every copy.
const UI_FILES = ["swagger-ui-bundle.js", "swagger-ui.css", "LICENSE", "NOTICE"];

/** Writes the files that changed; vitest calls it before system tests. */
export default function buildSite(): void {
  for (const [file, content] of siteFiles()) writeChanged(join(ROOT, "workers", "gateway", "site", file), content);
}

/** The generated files, by path in the site's folder. */
export function siteFiles(): ReadonlyMap<string, string | Uint8Array> {
  const ui = dirname(createRequire(import.meta.url).resolve("swagger-ui-dist/package.json"));
  const documents = [...apiDocuments()].filter(([path]) => path.endsWith(".json"));
  return new Map<string, string | Uint8Array>([
    ...UI_FILES.map((file) => [join("docs", "ui", file), readFileSync(join(ui, file))] as const),
    ...documents.map(([path, text]) => [join("docs", "api", basename(path)), text] as const),
    [join("docs", "api", "errors.html"), errorsHtml()],
    [join("docs", "api", "reference.html"), referenceHtml()],
    [join("docs", "api", "streams.html"), streamsHtml()],
  ]);
}
