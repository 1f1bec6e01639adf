/** `npm run feed:sample` writes the sample feed. */
import { writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { sampleFeed } from "./sampleFeed.ts";

writeFileSync(fileURLToPath(new URL("sample.csv.gz", import.meta.url)), gzipSync(sampleFeed(), { level: 9 }));
