/** Streams on disk. */
import { execFileSync } from "node:child_process";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { fileURLToPath } from "node:url";
import { gunzipSync } from "node:zlib";

import { FLOW_KINDS, makeFlow } from "./run/flow.ts";
import type { FlowKind } from "./run/flow.ts";
import { readStream } from "./run/stream.ts";
import type { Stream } from "./run/stream.ts";

const SHARED = fileURLToPath(new URL("../../../shared/data/matching", import.meta.url));
const SEED = 1;

/** Reads a stream of either format, zipped or not. */
export function loadStream(file: string): Stream {
  const bytes = readFileSync(file);
  return readStream(streamName(file), bytes[0] === 0x1f && bytes[1] === 0x8b ? gunzipSync(bytes) : bytes);
}

/** The name of a stream: its file name without extensions. */
export function streamName(file: string): string {
  return basename(file).replace(/\..*$/, "");
}

/** The available tapes with the published hashes of their reports; none without the folder of shared data. */
export const TAPES: readonly { readonly file: string; readonly sha256: string }[] = [
  { name: "normal", sha256: "e9b2e3926854410b01a035aeb25dd05f1e597c233be8263de9eb49b6713d367e" },
  { name: "flash-crash", sha256: "cff8d3f94b709fc64a8b2058a6ca4fb6920364904796e46906895e362d2bb16b" },
]
  .map(({ name, sha256 }) => ({ file: join(SHARED, `${name}.tape.gz`), sha256 }))
  .filter(({ file }) => existsSync(file));

/**
 * Writes the streams of the workloads into a folder. With the generator on which other engines were measured it writes
 * its streams, otherwise streams of the same mix.
 */
export function writeFlows(dir: string): Record<FlowKind, string> {
  const generator = join(SHARED, "order-flow.mjs");
  const files = FLOW_KINDS.map((kind) => {
    const file = join(dir, `${kind}.bin`);
    if (existsSync(generator)) execFileSync(process.execPath, [generator, kind, file, String(SEED)]);
    else writeFileSync(file, makeFlow(kind, SEED));
    return [kind, file] as const;
  });
  return Object.fromEntries(files) as Record<FlowKind, string>;
}
