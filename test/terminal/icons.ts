/** Draws the icons of the installed terminal (web/public/icon-*.png) with a browser: `node test/terminal/icons.ts`. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { chromium } from "playwright-core";
import { chromiumPath } from "./chromium.ts";
import { ROOT } from "../../ops/workers.ts";

const BLUE = "#0b5fd7";
/** The line of the favicon (ops/api/site.ts). */
const LINE = "M6 22l6-7 5 4 9-11";

/** `margin`: what part of the icon stays free on each side; a maskable one may be cut to a circle. */
function drawing(size: number, radius: number, margin: number): string {
  const scale = 1 - 2 * margin;
  return (
    `<svg xmlns="http://www.w3.org/2000/svg" width="${size}" height="${size}" viewBox="0 0 32 32">` +
    `<rect width="32" height="32" rx="${radius}" fill="${BLUE}"/>` +
    `<g transform="translate(${32 * margin} ${32 * margin}) scale(${scale})">` +
    `<path d="${LINE}" stroke="#ffffff" stroke-width="3.2" stroke-linecap="round" stroke-linejoin="round" fill="none"/>` +
    `</g></svg>`
  );
}

const ICONS = [
  ["icon-192.png", drawing(192, 7, 0), 192],
  ["icon-512.png", drawing(512, 7, 0), 512],
  ["icon-180.png", drawing(180, 0, 0.06), 180],
  ["icon-maskable-512.png", drawing(512, 0, 0.14), 512],
] as const;

const executablePath = chromiumPath();
if (executablePath === null) throw new Error("no Chromium");
const browser = await chromium.launch({ executablePath, args: ["--no-sandbox"] });
for (const [name, svg, size] of ICONS) {
  const page = await browser.newPage({ viewport: { width: size, height: size } });
  await page.setContent(`<style>body{margin:0;display:grid}</style>${svg}`);
  writeFileSync(join(ROOT, "web", "public", name), await page.screenshot({ omitBackground: true }));
  await page.close();
}
await browser.close();
