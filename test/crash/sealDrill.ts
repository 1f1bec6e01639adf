/**
 * `npm run drill:seals -- --kills 60 --seed 1`: tapes seal days on a bare workerd, which is killed (SIGKILL) at random
 * moments, also between the files of a day and its manifest, and started again. Now and then all trades are read, over
 * the border of what is sealed: each must be there once. In the end the files must be those of an undisturbed run.
 */
import { createHash } from "node:crypto";
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { DatabaseSync } from "node:sqlite";
import { parseArgs } from "node:util";
import { BarCalendar } from "../../domain/market/bars/barCalendar.ts";
import { assetOf } from "../../domain/market/asset.ts";
import { packTrades } from "../../domain/market/bars/packedTrades.ts";
import type { TapeTrade } from "../../domain/market/bars/tapeTrade.ts";
import { freePort } from "../../dev/ports.ts";
import type { SealedMonth, TapeChainEnd, TapePage } from "../../protocol/rpc/tape.ts";
import { sealedKeys } from "../../protocol/wire/sealedHistory.ts";
import { assertEqual } from "../model/assert.ts";
import { randomTrades } from "../model/randomTrades.ts";
import { ROOT, buildBundles } from "../rig/bundles.ts";
import { startWorkerd, type Workerd } from "../rig/workerd.ts";
import { workerdConfig } from "../rig/workerdConfig.ts";
import { seededRandom } from "../rig/random.ts";

const { values } = parseArgs({
  options: { kills: { type: "string" }, seed: { type: "string" }, trades: { type: "string" } },
});
const kills = Number(values.kills ?? 60);
const seed = Number(values.seed ?? Math.floor(Math.random() * 2 ** 31));
const random = seededRandom(seed);
const SYMBOL = "AAPL";
/** Of the first days of a month that is over. */
const BEGIN = Date.UTC(2026, 7, 3, 14);
const DAYS = 20;
/** A kill comes at most so long after a start. */
const PAUSE_MS = 150;
const count = Number(values.trades ?? 200_000);
const trades = randomTrades(seed, count, BEGIN, (2 * DAYS * 86_400_000) / count);
const month = new BarCalendar(assetOf(SYMBOL)).monthOf(BEGIN);
const own = trades.filter(({ at }) => new BarCalendar(assetOf(SYMBOL)).monthOf(at) === month);

interface Sealed {
  readonly end: TapeChainEnd | null;
  readonly sealed: SealedMonth;
}

/** A workerd in a folder of its own, which keeps objects and files over restarts. */
async function rig(folder: string) {
  const [storageDir, files] = [join(folder, "objects"), join(folder, "files")];
  for (const each of [storageDir, files]) mkdirSync(each, { recursive: true });
  const bundles = await buildBundles([join(ROOT, "test/crash/seals/wrangler.toml")]);
  const address = `127.0.0.1:${await freePort(undefined)}`;
  const config = workerdConfig(bundles, { configDir: folder, storageDir, address, text: {} });
  const disk = `(name = "files", disk = (path = ${JSON.stringify(files)}, writable = true, allowDotfiles = false)),`;
  const configFile = join(folder, "workerd.capnp");
  writeFileSync(configFile, config.replace('(name = "storage"', `${disk}\n    (name = "storage"`));
  const [url, logFile] = [`http://${address}`, join(folder, "workerd.log")];
  const start = (): Promise<Workerd> => startWorkerd({ configFile, logFile, healthUrl: url, inspectorAddress: null });
  const ask = async <T>(what: string, body?: Uint8Array): Promise<T> => {
    const init = body === undefined ? {} : { method: "POST", body: Uint8Array.from(body) };
    const answer = await fetch(`${url}/${SYMBOL}/${month}/${what}`, init);
    if (!answer.ok) throw new Error(`${what}: ${answer.status}\n${readFileSync(logFile, "utf8").slice(-2_000)}`);
    return (await answer.json()) as T;
  };
  return { files, storageDir, start, ask };
}

type Rig = Awaited<ReturnType<typeof rig>>;

async function append({ ask }: Rig): Promise<void> {
  for (let from = 0; from < own.length; from += 4_096) {
    await ask("append", packTrades(own.slice(from, from + 4_096)));
  }
}

async function everyTrade({ ask }: Rig): Promise<TapeTrade[]> {
  const found: TapeTrade[] = [];
  for (let cursor = 0; ;) {
    const page = await ask<TapePage<TapeTrade>>(`trades?cursor=${cursor}`);
    found.push(...page.items);
    if (page.next === null) return found;
    cursor = page.next;
  }
}

/** The files of a folder by name, each with its digest. */
function digests(folder: string): Map<string, string> {
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true });
  // The runtime writes a file of the bucket under another name first: a kill in the middle of a write leaves that one.
  const names = entries.filter((entry) => entry.isFile() && !entry.name.startsWith("."));
  const paths = names.map(({ parentPath, name }) => join(parentPath, name)).sort();
  return new Map(
    paths.map((path) => [relative(folder, path), createHash("sha256").update(readFileSync(path)).digest("hex")]),
  );
}

/** Files of a day whose manifest has no row: the kill came between them. Reads a copy of the dead object's database. */
function filesWithoutRow({ files, storageDir }: Rig, folder: string): number {
  cpSync(storageDir, folder, { recursive: true });
  const known = new Set<string>();
  for (const name of digests(folder).keys()) {
    if (!name.endsWith(".sqlite")) continue;
    const database = new DatabaseSync(join(folder, name));
    const [table] = database.prepare("SELECT name FROM sqlite_master WHERE name = 'sealed'").all();
    for (const { day } of table === undefined ? [] : database.prepare("SELECT day FROM sealed").all()) {
      for (const key of Object.values(sealedKeys(SYMBOL, String(day), 1))) known.add(key);
    }
    database.close();
  }
  rmSync(folder, { recursive: true });
  return [...digests(files).keys()].filter((name) => !known.has(name)).length;
}

async function untilSealed({ ask }: Rig): Promise<Sealed> {
  for (;;) {
    const now = await ask<Sealed>("sealed");
    if (now.end !== null) return now;
    await sleep(20);
  }
}

console.log(`seed ${seed}: ${own.length} trades`);
const root = mkdtempSync(join(tmpdir(), "seals-"));
try {
  const calm = await rig(join(root, "calm"));
  const first = await calm.start();
  await append(calm);
  const began = performance.now();
  const expected = await untilSealed(calm);
  const seconds = ((performance.now() - began) / 1_000).toFixed(1);
  await first.stop();
  console.log(`${expected.sealed.manifests.length} days sealed in ${seconds} s without a kill`);

  let [done, between] = [0, 0];
  for (let round = 1; done < kills; round++) {
    const tried = await rig(join(root, `round-${round}`));
    let workerd = await tried.start();
    await append(tried);
    // Starting again takes about as long as sealing a day or two.
    for (let end: Sealed["end"] = null; end === null && done < kills; done++) {
      await sleep(random() * PAUSE_MS);
      await workerd.kill();
      if (filesWithoutRow(tried, join(root, "copy")) > 0) between++;
      workerd = await tried.start();
      const state = await tried.ask<Sealed>("sealed");
      if (done % 4 === 0) {
        assertEqual(
          JSON.stringify(await everyTrade(tried)),
          JSON.stringify(own),
          `MD-72: trades after kill ${done + 1}`,
        );
      }
      ({ end } = state);
    }
    const end = await untilSealed(tried);
    assertEqual(JSON.stringify(end), JSON.stringify(expected), "MD-72: what is sealed in the end");
    assertEqual(JSON.stringify(await everyTrade(tried)), JSON.stringify(own), "MD-72: the trades in the end");
    await workerd.stop();
    const [found, wanted] = [tried, calm].map(({ files }) => JSON.stringify([...digests(files)]));
    assertEqual(found, wanted, "MD-72: the files in the end");
    console.log(`round ${round}: ${digests(tried.files).size} files are those of the undisturbed run`);
  }
  console.log(`${done} kills, ${between} of them between the files of a day and its row: nothing lost, nothing double`);
} finally {
  rmSync(root, { recursive: true, force: true });
}
