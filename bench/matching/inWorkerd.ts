/** The engine inside a Durable Object of a bare workerd, timed from outside. */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { freePort } from "../../dev/ports.ts";
import { ROOT, buildBundles } from "../../test/rig/bundles.ts";
import { startWorkerd } from "../../test/rig/workerd.ts";
import { workerdConfig } from "../../test/rig/workerdConfig.ts";
import { loadStream } from "./files.ts";

export const DURABLE_CONFIG = join(ROOT, "bench/matching/durable/wrangler.toml");
/** Warm-up runs, which do not count. */
const WARM_UP = 5;

export interface ObjectSpeed {
  readonly reports: number;
  readonly sha256: string;
  /** Timed messages a second of each repetition, including the round trip of the request. */
  readonly perSecond: readonly number[];
}

/** Runs a stream in a workerd of its own. Throws when a run does not end as the stream expects. */
export async function measureInWorkerd(file: string, repetitions: number): Promise<ObjectSpeed> {
  const dir = mkdtempSync(join(tmpdir(), "exchange-matching-"));
  try {
    const storageDir = join(dir, "objects");
    mkdirSync(storageDir);
    const configFile = join(dir, "workerd.capnp");
    const address = `127.0.0.1:${await freePort(undefined)}`;
    const bundles = await buildBundles([DURABLE_CONFIG]);
    writeFileSync(configFile, workerdConfig(bundles, { configDir: dir, storageDir, address, text: {} }));
    const url = `http://${address}`;
    const logFile = join(dir, "workerd.log");
    const workerd = await startWorkerd({ configFile, logFile, healthUrl: url, inspectorAddress: null });
    try {
      return await measure(url, file, repetitions);
    } finally {
      await workerd.stop();
    }
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
}

async function measure(url: string, file: string, repetitions: number): Promise<ObjectSpeed> {
  const call = async (what: string, body?: Uint8Array<ArrayBuffer>): Promise<unknown> => {
    const response = await fetch(`${url}/${what}`, { method: "POST", ...(body === undefined ? {} : { body }) });
    if (!response.ok) throw new Error(`${what} of ${file} in workerd: ${await response.text()}`);
    return response.json();
  };
  const { name, count, setUp } = loadStream(file);
  const bytes = readFileSync(file);
  await call(`load/${name}`, new Uint8Array(bytes[0] === 0x1f ? gunzipSync(bytes) : bytes));
  let checked = { reports: 0, sha256: "" };
  const perSecond: number[] = [];
  for (let nth = -WARM_UP; nth < repetitions; nth++) {
    await call("start");
    const started = performance.now();
    await call("finish");
    const seconds = (performance.now() - started) / 1000;
    // The first check also keeps the buffer, so that no later run has to grow it.
    if (nth === -WARM_UP) checked = (await call("check")) as typeof checked;
    if (nth >= 0) perSecond.push((count - setUp) / seconds);
  }
  return { ...checked, perSecond };
}
