/** `npm run docs:site`: what /docs serves. `npm run dev`, `npm test` and deployments run it by themselves. */
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
