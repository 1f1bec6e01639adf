/** `npm run docs:api` writes the documents of the API. */
import { writeFileSync } from "node:fs";
import { apiDocuments } from "./files.ts";

for (const [path, text] of apiDocuments()) writeFileSync(path, text);
