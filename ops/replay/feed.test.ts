import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { gunzipSync, gzipSync } from "node:zlib";
import { afterAll, describe, expect, test } from "vitest";
import { StartFailure } from "../../dev/failure.ts";
import { readFeed } from "./feed.ts";
import { emptyBook, play } from "./referenceBook.ts";
import { sampleFeed } from "./sampleFeed.ts";

const dir = mkdtempSync(join(tmpdir(), "exchange-feed-"));
afterAll(() => rmSync(dir, { recursive: true }));

const HEADER = "id,timestamp,exchange.timestamp,price,volume,action,direction";
const ROW = "65595247,1430438404518,1430438404000,236.47,200000000,created,bid";
const EVENT = {
  id: "65595247",
  at: 1430438404518,
  action: "created",
  side: "buy",
  price: 2_364_700,
  volume: 200_000_000,
};

let files = 0;
function file(content: string | Buffer, suffix = ".csv"): string {
  const path = join(dir, `feed${++files}${suffix}`);
  writeFileSync(path, content);
  return path;
}

async function failure(path: string): Promise<string> {
  const error = await readFeed(path, Number.POSITIVE_INFINITY).catch((reason: unknown) => reason);
  expect(error).toBeInstanceOf(StartFailure);
  const { message } = error as StartFailure;
  expect(message).not.toContain("\n");
  return message;
}

describe("DV-2: a feed is read", () => {
  test("plain and gzipped alike, with prices and volumes as integers", async () => {
    const text = `${HEADER}\n${ROW}\n65595187,1430438404637,1430438340000,236.4,0,deleted,ask\n`;
    const expected = [
      EVENT,
      { id: "65595187", at: 1430438404637, action: "deleted", side: "sell", price: 2_364_000, volume: 0 },
    ];
    expect(await readFeed(file(text), 100)).toEqual(expected);
    expect(await readFeed(file(gzipSync(text), ".csv.gz"), 100)).toEqual(expected);
  });

  test("by its column names, in any order, quoted, with other columns and Windows line ends", async () => {
    const text = `\ufeff"action","direction","price","volume","id","timestamp","more"\r\n"created","bid","236.47","200000000","65595247","1430438404518","x"\r\n\r\n`;
    expect(await readFeed(file(text), 100)).toEqual([EVENT]);
  });

  test("up to the limit, without looking at what comes after it", async () => {
    expect(await readFeed(file(`${HEADER}\n${ROW}\nnonsense\n`), 1)).toEqual([EVENT]);
  });
});

describe("DV-4: a malformed feed ends with one clear sentence:", () => {
  test.each([
    [
      "a missing column",
      "id,timestamp,price\n1,2,3\n",
      /no order feed: its first line lacks volume, action, direction/,
    ],
    ["an empty file", "", /holds no events/],
    ["a header alone", `${HEADER}\n`, /holds no events/],
    [
      "a volume that is no number",
      `${HEADER}\n${ROW.replace("200000000", "2e8")}`,
      /line 2: volume "2e8" is not a whole/,
    ],
    ["a price that is no number", `${HEADER}\n${ROW.replace("236.47", "-1")}`, /line 2: price "-1" is not an amount/],
    ["a price too exact", `${HEADER}\n${ROW.replace("236.47", "236.47001")}`, /line 2: price/],
    ["an unknown action", `${HEADER}\n${ROW}\n${ROW.replace("created", "made")}`, /line 3: action "made" is none of/],
    ["an unknown direction", `${HEADER}\n${ROW.replace("bid", "up")}`, /line 2: direction "up"/],
    ["a row cut short", `${HEADER}\n655`, /line 2: action ""/],
    [
      "an id that no order could carry",
      `${HEADER}\n${ROW.replace("65595247", "a b")}`,
      /line 2: "a b" is not an order id/,
    ],
  ])("%s", async (_name, content, message) => {
    expect(await failure(file(content))).toMatch(message);
  });

  test("no file, a folder, and a truncated gzip file", async () => {
    expect(await failure(join(dir, "none.csv"))).toMatch(/^There is no file .*none\.csv\.$/);
    expect(await failure(dir)).toMatch(/is a folder/);
    expect(await failure(file("plain text", ".csv.gz"))).toMatch(/is not a whole gzip file/);
    const many = `${HEADER}\n${`${ROW}\n`.repeat(20_000)}`;
    expect(await failure(file(gzipSync(many).subarray(0, 200), ".csv.gz"))).toMatch(/is not a whole gzip file/);
  });
});

test("DV-14: the sample feed equals the output of its generator, and has every kind of event", async () => {
  const file = fileURLToPath(new URL("sample.csv.gz", import.meta.url));
  expect(gunzipSync(readFileSync(file)).toString() === sampleFeed(), "npm run feed:sample").toBe(true);
  const events = await readFeed(file, Number.POSITIVE_INFINITY);
  expect(events).toHaveLength(1_500);
  const book = emptyBook();
  for (const event of events) play(book, event);
  expect(book.trades).toBeGreaterThan(50);
  expect([book.bids.length, book.asks.length].every((resting) => resting > 5)).toBe(true);
  expect(new Set(events.map(({ action }) => action))).toEqual(new Set(["created", "deleted"]));
});
