import { once } from "node:events";
import { createServer } from "node:http";
import { expect, test } from "vitest";
import { Refused, exchangeApi } from "./api.ts";

test("DV-8: a start that is rate-limited waits for Retry-After; other clients get the error", async () => {
  const answers = [429, 429, 200, 429];
  const server = createServer((_, response) => {
    response.statusCode = answers.shift() ?? 200;
    response.setHeader("Retry-After", "7");
    response.end('{"code":42910000,"message":"too many requests."}');
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  const url = `http://127.0.0.1:${typeof address === "object" ? address?.port : ""}`;
  const waited: number[] = [];
  const patient = exchangeApi(url, 1, 5_000, async (seconds) => void waited.push(seconds));
  await patient.health();
  expect(waited).toEqual([7, 7]);
  await expect(exchangeApi(url, 1).health()).rejects.toThrow(Refused);
  server.close();
});
