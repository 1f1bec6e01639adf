import { once } from "node:events";
import { createServer } from "node:http";
import { afterEach, expect, test, vi } from "vitest";
import { untilSilent } from "./watchdog.ts";

const servers: ReturnType<typeof createServer>[] = [];
afterEach(() => servers.splice(0).forEach((server) => server.close()));

/** A server that gives each status in turn, and the last one for ever. */
async function answering(...statuses: number[]): Promise<{ url: string; asked: () => number }> {
  let asked = 0;
  const server = createServer((_, response) => {
    response.statusCode = statuses[Math.min(asked++, statuses.length - 1)] ?? 200;
    response.end("{}");
  });
  servers.push(server.listen(0, "127.0.0.1"));
  await once(server, "listening");
  const address = server.address();
  return { url: `http://127.0.0.1:${typeof address === "object" ? address?.port : ""}`, asked: () => asked };
}

test("DV-8: an exchange that answers a health check with an error, or fails one, counts as alive", async () => {
  const { url, asked } = await answering(200, 429, 429, 429, 500, 429, 500, 200);
  const stop = new AbortController();
  let ended = "";
  void untilSilent(url, stop.signal, 1).then((how) => (ended = how));
  await vi.waitFor(() => expect(asked()).toBeGreaterThan(10));
  expect(ended).toBe("");
  stop.abort();
  await vi.waitFor(() => expect(ended).toBe("stopping"));
});

test("DV-8: an exchange that fails two in a row, or does not listen, counts as hung", async () => {
  const stop = new AbortController().signal;
  const { url } = await answering(200, 503);
  expect(await untilSilent(url, stop, 1)).toBe("no answer to health checks");
  expect(await untilSilent("http://127.0.0.1:1", stop, 1)).toBe("no answer to health checks");
});
