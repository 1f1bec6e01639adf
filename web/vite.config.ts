import { defineConfig } from "vite";
import solid from "vite-plugin-solid";

/** The terminal: files of the gateway's site, named by their content, so that browsers keep them for ever. */
export default defineConfig({
  root: import.meta.dirname,
  base: "/app/",
  plugins: [solid()],
  worker: { format: "es" },
  build: {
    outDir: "../workers/gateway/site/app",
    emptyOutDir: true,
    target: "es2023",
    // The polyfill would be an inline script, which the policy refuses.
    modulePreload: { polyfill: false },
    // Data URLs would need more of the policy than our own files do.
    assetsInlineLimit: 0,
    manifest: true,
    reportCompressedSize: false,
  },
});
