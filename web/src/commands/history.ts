/** Commands that were run, oldest first. Kept in the browser. */
const KEY = "commands";
const KEPT = 50;

export function readHistory(stored = localStorage.getItem(KEY)): string[] {
  try {
    const parsed: unknown = JSON.parse(stored ?? "[]");
    return Array.isArray(parsed) ? parsed.filter((one) => typeof one === "string").slice(-KEPT) : [];
  } catch {
    return [];
  }
}

/** Adds a command as the newest one; one that was there before moves. */
export function remember(text: string): void {
  const next = [...readHistory().filter((one) => one !== text), text].slice(-KEPT);
  localStorage.setItem(KEY, JSON.stringify(next));
}
