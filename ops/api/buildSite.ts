/** `npm run docs:site`: generates the pages of /docs. `npm run dev`, `npm test` and deployments run it. */
import { whyNotWritten } from "../../dev/failure.ts";
import { ROOT } from "../workers.ts";
import buildSite from "./site.ts";

try {
  buildSite();
} catch (error) {
  const sentence = whyNotWritten(error, ROOT);
  if (sentence === null) throw error;
  console.error(sentence);
  process.exitCode = 1;
}
