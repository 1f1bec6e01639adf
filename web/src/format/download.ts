/** Files that the browser saves: what is shown as CSV, and files of the exchange. */

/** Saves bytes or text under a name. */
export function saveFile(name: string, content: Blob): void {
  const url = URL.createObjectURL(content);
  const link = document.createElement("a");
  link.href = url;
  link.download = name;
  link.click();
  // The browser has taken the file by the next task; the memory is not needed longer.
  setTimeout(() => URL.revokeObjectURL(url), 0);
}

/** Saves a text as a CSV file. The mark at its beginning tells spreadsheets that it is UTF-8. */
export function saveCsv(name: string, text: string): void {
  saveFile(name, new Blob(["\uFEFF", text], { type: "text/csv;charset=utf-8" }));
}
