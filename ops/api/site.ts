/**
 * The files behind /docs that are not written by hand: the reference's script and style (our own copy), the documents and the
 * page of errors. Written into workers/gateway/site, beside what is.
 */
import { copyFileSync, mkdirSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { basename, dirname, join } from "node:path";
import { ROOT } from "../workers.ts";
import { errorsHtml } from "./errorsPage.ts";
import { apiDocuments } from "./files.ts";

// Its licence goes along with every copy.
const UI_FILES = ["swagger-ui-bundle.js", "swagger-ui.css", "LICENSE", "NOTICE"];

/** Writes them; vitest calls it before system tests. */
export default function buildSite(): void {
  const docs = join(ROOT, "workers", "gateway", "site", "docs");
  const ui = dirname(createRequire(import.meta.url).resolve("swagger-ui-dist/package.json"));
  mkdirSync(join(docs, "ui"), { recursive: true });
  mkdirSync(join(docs, "api"), { recursive: true });
  for (const file of UI_FILES) copyFileSync(join(ui, file), join(docs, "ui", file));
  for (const [path, text] of apiDocuments()) {
    if (path.endsWith(".json")) writeFileSync(join(docs, "api", basename(path)), text);
  }
  writeFileSync(join(docs, "api", "errors.html"), errorsHtml());
}
