import { expect, test } from "vitest";
import { Refused } from "../api.ts";
import { NoAnswer } from "../http.ts";
import { Gate, Stopped } from "./gate.ts";

function gateWith(probe: () => Promise<void>): { gate: Gate; stop: AbortController; lines: string[] } {
  const stop = new AbortController();
  const lines: string[] = [];
  return { gate: new Gate({ probe, log: (line) => lines.push(line), now: () => 0 }, stop.signal), stop, lines };
}

test("DV-3: a request is repeated during an outage and answered once; the log has one line for its beginning and one for its end", async () => {
  let probes = 0;
  const { gate, lines } = gateWith(async () => {
    if (++probes < 2) throw new NoAnswer("still away");
  });
  let calls = 0;
  const request = async (): Promise<string> => {
    if (++calls <= 3) throw new NoAnswer("connection refused");
    return "done";
  };
  expect(await Promise.all([gate.run(request), gate.run(request), gate.run(request)])).toEqual([
    "done",
    "done",
    "done",
  ]);
  expect(lines).toEqual([
    "the exchange does not answer (connection refused): waiting",
    "the exchange answers again after 0.0 s",
  ]);
});

test("DV-3: a refused request is not repeated; one answered with 5xx or 429 is", async () => {
  const { gate } = gateWith(async () => {});
  let calls = 0;
  const refuse = (status: number) => (): Promise<never> => {
    calls++;
    return Promise.reject(new Refused(calls > 1 ? 422 : status, 0, "no"));
  };
  await expect(gate.run(refuse(403))).rejects.toMatchObject({ status: 403 });
  expect(calls).toBe(1);
  for (const status of [500, 503, 429]) {
    calls = 0;
    await expect(gate.run(refuse(status))).rejects.toMatchObject({ status: 422 });
    expect(calls).toBe(2);
  }
});

test("DV-3: a stop ends every wait, also during an outage", async () => {
  const { gate, stop } = gateWith(() => Promise.reject(new NoAnswer("away")));
  const waiting = gate.run(() => Promise.reject(new NoAnswer("away")));
  const paused = gate.pause(60_000);
  stop.abort();
  await expect(waiting).rejects.toBeInstanceOf(Stopped);
  await expect(paused).rejects.toBeInstanceOf(Stopped);
});
