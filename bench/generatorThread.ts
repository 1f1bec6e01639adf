/** The load generator: keeps its schedule independent of responses, and measures latency from the scheduled time. */
import { Agent, request as send } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";
import { parentPort, workerData } from "node:worker_threads";
import { seededRandom } from "../test/rig/random.ts";
import type { GeneratorData, LoadPlan, LoadResult } from "./load.ts";
import { OrderFlow } from "./orderFlow.ts";
import type { FlowRequest } from "./orderFlow.ts";

/**
 * The number of connections; further requests wait, which counts as latency. They are used in turns, so that all stay
 * open, because a busy workerd accepts new connections only after seconds, which would be measured too.
 */
const CONNECTIONS_MAX = 128;
/** Shorter than workerd's idle timeout of 5 s, so that the server never closes a connection during a request. */
const IDLE_MS = 3_000;
/** The timeout of a request. */
const ANSWER_MS = 30_000;
const ERRORS_SHOWN = 5;

const { ordersUrl, credentials } = workerData as GeneratorData;
const { hostname, port, pathname } = new URL(ordersUrl);
const agent = new Agent({ keepAlive: true, maxSockets: CONNECTIONS_MAX, scheduling: "fifo", timeout: IDLE_MS });
const runId = Date.now().toString(36);
let runs = 0;

interface Tally {
  orders: number;
  ordersInTime: number;
  cancels: number;
  errorCount: number;
  readonly errors: string[];
  readonly latencies: number[];
  inFlight: number;
}

parentPort?.on("message", (plan: LoadPlan) => {
  void run(plan).then((result) => parentPort?.postMessage(result, [result.latencies.buffer as ArrayBuffer]));
});

async function run(plan: LoadPlan): Promise<LoadResult> {
  const flow = new OrderFlow(plan, `${runId}-${++runs}`, runs);
  const tally: Tally = {
    orders: 0,
    ordersInTime: 0,
    cancels: 0,
    errorCount: 0,
    errors: [],
    latencies: [],
    inFlight: 0,
  };
  const start = performance.now();
  const end = start + plan.seconds * 1000;
  const { pace } = plan;
  if (pace.kind === "open") await sendOnSchedule(flow, pace.perSecond, start, end, tally);
  else await keepInFlight(flow, pace.inFlight, end, tally);
  while (tally.inFlight > 0) await sleep(1);
  const drainMs = performance.now() - end;
  const { inFlight: _, latencies, ...counts } = tally;
  return { ...counts, latencies: Float64Array.from(latencies).sort(), drainMs };
}

/** Random gaps with this mean rate (a Poisson process): bursts are part of real order flow. */
async function sendOnSchedule(flow: OrderFlow, perSecond: number, start: number, end: number, tally: Tally) {
  const random = seededRandom(runs + 1_000_003);
  const gap = (): number => (-Math.log(1 - random()) * 1000) / perSecond;
  for (let due = start + gap(); due < end; due += gap()) {
    // Timers have milliseconds: all requests that are due are sent together, each with its own due time.
    while (performance.now() < due) await sleep(1);
    void exchange(flow, due, end, tally);
  }
}

async function keepInFlight(flow: OrderFlow, inFlight: number, end: number, tally: Tally): Promise<void> {
  const worker = async (): Promise<void> => {
    while (performance.now() < end) await exchange(flow, performance.now(), end, tally);
  };
  await Promise.all(Array.from({ length: inFlight }, worker));
}

async function exchange(flow: OrderFlow, due: number, end: number, tally: Tally): Promise<void> {
  const request = flow.next();
  tally.inFlight++;
  try {
    const answer = await call(request);
    const now = performance.now();
    if (request.kind === "cancel") {
      if (answer.status !== 204) throw new Error(`cancel: ${answer.status} ${answer.text}`);
      tally.cancels++;
      return;
    }
    if (answer.status !== 200) throw new Error(`order: ${answer.status} ${answer.text}`);
    tally.orders++;
    if (now <= end) tally.ordersInTime++;
    tally.latencies.push(now - due);
    if (request.far) flow.rests(request.account, orderIdIn(answer.text));
  } catch (error) {
    tally.errorCount++;
    if (tally.errors.length < ERRORS_SHOWN) tally.errors.push(error instanceof Error ? error.message : String(error));
  } finally {
    tally.inFlight--;
  }
}

function orderIdIn(text: string): string {
  const order = JSON.parse(text) as { id: string };
  return order.id;
}

function call(request: FlowRequest): Promise<{ status: number; text: string }> {
  const authorization = credentials[request.account];
  if (authorization === undefined) throw new Error(`no account ${request.account}`);
  const body = request.kind === "order" ? request.body : "";
  return new Promise((resolve, reject) => {
    const outgoing = send(
      {
        hostname,
        port,
        agent,
        method: request.kind === "order" ? "POST" : "DELETE",
        path: request.kind === "order" ? pathname : `${pathname}/${request.orderId}`,
        headers: {
          ...authorization,
          ...(request.kind === "order"
            ? { "content-type": "application/json", "content-length": Buffer.byteLength(body) }
            : {}),
        },
        timeout: ANSWER_MS,
      },
      (incoming) => {
        let text = "";
        incoming.setEncoding("utf8");
        incoming.on("data", (chunk: string) => (text += chunk));
        incoming.on("end", () => resolve({ status: incoming.statusCode ?? 0, text }));
        incoming.on("error", reject);
      },
    );
    outgoing.on("timeout", () => outgoing.destroy(new Error(`no answer within ${ANSWER_MS} ms`)));
    outgoing.on("error", reject);
    outgoing.end(body);
  });
}
