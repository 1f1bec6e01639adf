/** The fenced blocks of the README. */
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

export interface Block {
  /** "" for drawings and for what programs say. */
  readonly language: string;
  readonly text: string;
}

/** Every block, in order. */
export function readmeBlocks(): Block[] {
  const text = readFileSync(fileURLToPath(new URL("../README.md", import.meta.url)), "utf8");
  return [...text.matchAll(/^```(\w*)\n([\s\S]*?)^```$/gm)].map(([, language = "", block = ""]) => ({
    language,
    text: block,
  }));
}

/** The README's text outside of blocks. */
export function readmeProse(): string {
  const text = readFileSync(fileURLToPath(new URL("../README.md", import.meta.url)), "utf8");
  return text.replaceAll(/^```\w*\n[\s\S]*?^```$/gm, "");
}

const COMMAND = /^(?:[A-Z_]+=\S+ )*(?:npm (?:run|test|ci)|npx wrangler dev)\b/;

/** True for a block of commands that start programs of the project; any other shell block is a conversation with them. */
export function isCommands({ language, text }: Block): boolean {
  return (
    language === "sh" &&
    text
      .trim()
      .split("\n")
      .every((line) => COMMAND.test(line))
  );
}
