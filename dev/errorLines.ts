/** Lines of a log that say something went wrong: warnings of what is tried again included. */
import { stripVTControlCharacters } from "node:util";

const WRONG =
  /\b(?:error|exception|fatal|panic)\b|"event":"[\w.]*(?:failed|away|refuses|undelivered|suspect|lost)[\w.]*"/i;

/** Those of a text, without colours. */
export function errorLines(text: string): string[] {
  return stripVTControlCharacters(text)
    .split("\n")
    .filter((line) => WRONG.test(line));
}
