import { join } from "node:path";
import { defineConfig, type Plugin } from "vite";
import solid from "vite-plugin-solid";

const BASE = "/app/";
/** What the terminal needs to open: scripts, styles, and the letters of its language. */
const SHELL = /^assets\/(?:.+\.(?:js|css)|inter-latin-wght-normal-.+\.woff2)$/;

/** Writes the files of the release into the service worker, which keeps them. */
function shellFiles(): Plugin {
  return {
    name: "shell-files",
    generateBundle: {
      // Chunks of styles alone are no files at the end.
      order: "post",
      handler(_, bundle) {
        const worker = bundle["sw.js"];
        if (worker?.type !== "chunk") throw new Error("no service worker");
        const files = Object.keys(bundle).filter((name) => SHELL.test(name));
        worker.code = worker.code.replaceAll("SHELL_FILES", JSON.stringify(files.map((name) => BASE + name)));
      },
    },
  };
}

/** The terminal: files of the gateway's site, named by their content, so that browsers keep them for ever. */
export default defineConfig({
  root: import.meta.dirname,
  base: BASE,
  plugins: [solid(), shellFiles()],
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
    rolldownOptions: {
      // A start of the exchange prints what needs doing, and not how long a build took.
      checks: { bundlerTimings: false },
      input: {
        main: join(import.meta.dirname, "index.html"),
        sw: join(import.meta.dirname, "src", "sw.ts"),
      },
      output: {
        entryFileNames: ({ name }) => (name === "sw" ? "sw.js" : "assets/[name]-[hash].js"),
        // The library of the chart comes after everything else: a file of its own, which releases do not change.
        codeSplitting: {
          groups: [{ name: "lightweight-charts", test: /node_modules\/(?:lightweight-charts|fancy-canvas)\// }],
        },
      },
    },
  },
});
