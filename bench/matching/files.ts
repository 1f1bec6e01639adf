/** Streams on disk. */
import { execFileSync } from "node:child_process";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { gunzipSync } from "node:zlib";
import { ROOT } from "../../test/rig/bundles.ts";
import { FLOW_KINDS, makeFlow } from "./flow.ts";
import type { FlowKind } from "./flow.ts";
import { readStream } from "./stream.ts";
import type { Stream } from "./stream.ts";

const SHARED = join(ROOT, "../shared/data/matching");
const SEED = 1;

/** Reads a stream of either format, zipped or not. */
export function loadStream(file: string): Stream {
  const bytes = readFileSync(file);
  return readStream(streamName(file), bytes[0] === 0x1f && bytes[1] === 0x8b ? gunzipSync(bytes) : bytes);
}

/** What a stream is called: its file without its endings. */
export function streamName(file: string): string {
  return basename(file).replace(/\..*$/, "");
}

/** The tapes at hand; none where the folder of shared data is missing. */
export function knownTapes(): string[] {
  return ["normal", "flash-crash"].map((name) => join(SHARED, `${name}.tape.gz`)).filter((file) => existsSync(file));
}

/**
 * Writes the streams of bench's own workloads into a folder: those that other engines were measured on where their
 * generator is at hand, otherwise streams of the same mix.
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
