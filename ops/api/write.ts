/** `npm run docs:api` writes the documents of the API. */
import { apiDocuments } from "./files.ts";
import { writeChanged } from "./writeChanged.ts";

for (const [path, text] of apiDocuments()) writeChanged(path, text);
