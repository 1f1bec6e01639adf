/** The browser of the machine. */
import { existsSync } from "node:fs";

const CHROMIUM = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];

/** No connections to anywhere but the exchange: Chromium looks up hosts of its maker otherwise. */
export const BROWSER_ARGS = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

/** The path of a Chromium of this machine: CHROMIUM names one; null when there is none. */
export function chromiumPath(): string | null {
  const named = process.env["CHROMIUM"];
  return (named === undefined || named === "" ? CHROMIUM : [named]).find((path) => existsSync(path)) ?? null;
}
