/** Markdown of the pages that are generated: no line is longer than COLUMNS_MAX, except one word that is. */
export const COLUMNS_MAX = 118;

/** A paragraph in lines; `first` and `rest` begin its first line and the others. */
export function paragraph(text: string, first = "", rest = ""): string {
  const lines: string[] = [];
  let line = first;
  let isEmpty = true;
  // Code keeps its spaces: it is not broken in two.
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
