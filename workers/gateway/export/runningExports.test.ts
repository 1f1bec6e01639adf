import { expect, test } from "vitest";
import { streamOf } from "./archive.ts";
import { endedBy, RunningExports } from "./runningExports.ts";

test("PV-14: one export of a user and eight of an isolate run at once; one that is forgotten counts for a quarter of an hour", () => {
  const running = new RunningExports();
  const end = running.begin("ada", 1_000);
  expect(end).not.toBe(null);
  expect(running.begin("ada", 2_000)).toBe(null);
  for (let nth = 1; nth < 8; nth++) expect(running.begin(`user ${nth}`, 2_000)).not.toBe(null);
  expect(running.begin("eve", 3_000)).toBe(null);
  end?.();
  expect(running.begin("eve", 3_000)).not.toBe(null);
  const later = 2_000 + 15 * 60_000;
  expect(running.begin("user 1", later - 1)).toBe(null);
  expect(running.begin("user 1", later)).not.toBe(null);
  end?.();
  expect(running.begin("user 1", later)).toBe(null);
});

test("PV-14: an export ends when it is read, when it fails, and when its reader leaves", async () => {
  async function* chunks(fails: boolean): AsyncGenerator<Uint8Array> {
    yield Uint8Array.of(1);
    if (fails) throw new Error("unreachable");
    yield Uint8Array.of(2);
  }
  const ends: string[] = [];
  const stream = (name: string, fails = false) => streamOf(endedBy(chunks(fails), () => void ends.push(name)));
  expect(await new Response(stream("read")).bytes()).toEqual(Uint8Array.of(1, 2));
  await expect(new Response(stream("failed", true)).bytes()).rejects.toThrow("unreachable");
  const reader = stream("left").getReader();
  await reader.read();
  await reader.cancel();
  expect(ends).toEqual(["read", "failed", "left"]);
});
