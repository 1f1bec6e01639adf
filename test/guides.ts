/** The pages that show what can be typed, in the order in which a reader follows them in one shell, and their blocks. */
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

export const GUIDES = [
  "README.md",
  "docs/trading.md",
  "docs/streams.md",
  "docs/testing.md",
  "docs/benchmarks.md",
  "docs/verify.md",
  "docs/operate.md",
  "docs/troubleshooting.md",
];

export interface Block {
  readonly page: string;
  /** "" for what programs print. */
  readonly language: string;
  readonly text: string;
}

const textOf = (page: string): string => readFileSync(fileURLToPath(new URL(`../${page}`, import.meta.url)), "utf8");

/** Every fenced block, in order. */
export function guideBlocks(): Block[] {
  return GUIDES.flatMap((page) =>
    [...textOf(page).matchAll(/^```(\w*)\n([\s\S]*?)^```$/gm)].map(([, language = "", text = ""]) => ({
      page,
      language,
      text,
    })),
  );
}

/** The text outside of blocks. */
export function guideProse(): string {
  return GUIDES.map((page) => textOf(page).replaceAll(/^```\w*\n[\s\S]*?^```$/gm, "")).join("\n");
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
