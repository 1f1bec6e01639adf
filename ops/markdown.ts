/** Markdown of generated pages. Lines have at most COLUMNS_MAX characters, unless a single word is longer. */
export const COLUMNS_MAX = 118;

/** Wraps a paragraph; `first` and `rest` are the prefixes of its first line and of the others. */
export function paragraph(text: string, first = "", rest = ""): string {
  const lines: string[] = [];
  let line = first;
  let isEmpty = true;
  // Inline code is not broken.
  for (const word of text.match(/`[^`]*`\S*|\S+/g) ?? []) {
    if (!isEmpty && line.length + 1 + word.length > COLUMNS_MAX) {
      lines.push(line);
      line = rest;
      isEmpty = true;
    }
    line += isEmpty ? word : ` ${word}`;
    isEmpty = false;
  }
  return [...lines, line].join("\n");
}

/** An item of a list. */
export const bullet = (text: string): string => paragraph(text, "- ", "  ");

/** A table: its cells must be short. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const lines = [head, head.map(() => "---"), ...rows];
  return lines.map((cells) => `| ${cells.join(" | ")} |`).join("\n");
}
