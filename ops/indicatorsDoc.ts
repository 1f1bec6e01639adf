/** `npm run docs:indicators` writes docs/indicators.md. */
import { join } from "node:path";
import { writeChanged } from "./api/writeChanged.ts";
import { indicatorsPage } from "./indicatorsPage.ts";
import { ROOT } from "./workers.ts";

writeChanged(join(ROOT, "docs", "indicators.md"), indicatorsPage());
