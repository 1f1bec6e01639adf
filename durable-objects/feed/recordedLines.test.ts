import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, expect, test } from "vitest";
import { limitedText } from "./limitedText.ts";
import { linesOf } from "./recordedLines.ts";

/** Chunks that end anywhere, also inside a character. */
const CHUNKS = ["one\ntw", "o\n\nthree ", Buffer.from([0xc3]), Buffer.from([0xa9]), "\nlast"];
const server = createServer((request, response) => {
  if (request.url === "/gone") return void response.writeHead(404).end();
  if (request.url === "/moved") return void response.writeHead(302, { location: "/day" }).end();
  if (request.url === "/endless") {
    const send = (): void => {
      while (response.writable && response.write("x".repeat(10_000)));
    };
    response.on("drain", send);
    return send();
  }
  for (const chunk of CHUNKS) response.write(chunk);
  response.end();
});
let url = "";

beforeAll(async () => {
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});

afterAll(() => {
  server.closeAllConnections();
  server.close();
});

async function read(path: string): Promise<string[]> {
  const lines: string[] = [];
  for await (const line of linesOf(url + path)) lines.push(line);
  return lines;
}

test("MD-115: a recorded day is read line by line, however its bytes arrive", async () => {
  expect(await read("/day")).toEqual(["one", "two", "", "three é", "last"]);
});

test("MD-115: an address without a day, or one that leads elsewhere, is refused", async () => {
  await expect(read("/gone")).rejects.toThrow("answered with 404");
  await expect(read("/moved")).rejects.toThrow("answered with 302");
});

test("MD-115: text without an end is not kept, in a recorded day and in an answer of an upstream", async () => {
  await expect(read("/endless")).rejects.toThrow("does not end");
  await expect(limitedText(await fetch(`${url}/endless`), 100_000)).rejects.toThrow("more than 100000 bytes");
  expect(await limitedText(await fetch(`${url}/day`), 100_000)).toBe("one\ntwo\n\nthree é\nlast");
});
