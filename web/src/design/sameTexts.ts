/** Whether two lists have the same texts in the same order: for memos that make their list anew each time. */
export function sameTexts(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.every((text, nth) => text === b[nth]);
}
