/** The load generator: keeps its schedule independent of responses, and measures latency from the scheduled time. */
import { Agent, request as send } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";
import { parentPort, workerData } from "node:worker_threads";
import { seededRandom } from "../test/rig/random.ts";
import type { GeneratorData, LoadPlan, LoadResult } from "./load.ts";
import { OrderFlow } from "./orderFlow.ts";
import type { FlowBatch, FlowRequest } from "./orderFlow.ts";

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
const ERROR_CHARS_SHOWN = 300;
const BATCH_PATH = "/v1/orders/batch";

const { ordersUrl, credentials } = workerData as GeneratorData;
const { hostname, port, pathname } = new URL(ordersUrl);
const agent = new Agent({ keepAlive: true, maxSockets: CONNECTIONS_MAX, scheduling: "fifo", timeout: IDLE_MS });
const runId = Date.now().toString(36);
let runs = 0;

/** Sends the next request, which was due at this time. */
type Send = (due: number) => Promise<void>;

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
  const { batch = 1 } = plan;
  const next = () => (batch === 1 ? flow.next() : flow.nextBatch(batch));
  const send = (due: number) => exchange(flow, next(), due, end, tally);
  if (pace.kind === "open") await sendOnSchedule(send, pace.perSecond / batch, start, end);
  else await keepInFlight(send, pace.inFlight, end);
  while (tally.inFlight > 0) await sleep(1);
  const drainMs = performance.now() - end;
  const { inFlight: _, latencies, ...counts } = tally;
  return { ...counts, latencies: Float64Array.from(latencies).sort(), drainMs };
}

/** Random gaps with this mean rate (a Poisson process): bursts are part of real order flow. */
async function sendOnSchedule(send: Send, perSecond: number, start: number, end: number) {
  const random = seededRandom(runs + 1_000_003);
  const gap = (): number => (-Math.log(1 - random()) * 1000) / perSecond;
  for (let due = start + gap(); due < end; due += gap()) {
    // Timers have milliseconds: all requests that are due are sent together, each with its own due time.
    while (performance.now() < due) await sleep(1);
    void send(due);
  }
}

async function keepInFlight(send: Send, inFlight: number, end: number): Promise<void> {
  const worker = async (): Promise<void> => {
    while (performance.now() < end) await send(performance.now());
  };
  await Promise.all(Array.from({ length: inFlight }, worker));
}

async function exchange(
  flow: OrderFlow,
  request: FlowRequest | FlowBatch,
  due: number,
  end: number,
  tally: Tally,
): Promise<void> {
  tally.inFlight++;
  try {
    const answer = await call(request);
    const now = performance.now();
    for (const [one, { status, orderId }] of outcomesOf(request, answer)) {
      if (one.kind === "cancel") {
        if (status !== 204) throw new Error(`cancel: ${status} ${answer.text.slice(0, ERROR_CHARS_SHOWN)}`);
        tally.cancels++;
        continue;
      }
      if (status !== 200) throw new Error(`order: ${status} ${answer.text.slice(0, ERROR_CHARS_SHOWN)}`);
      tally.orders++;
      if (now <= end) tally.ordersInTime++;
      tally.latencies.push(now - due);
      if (one.far) flow.rests(one.account, orderId());
    }
  } catch (error) {
    tally.errorCount++;
    if (tally.errors.length < ERRORS_SHOWN) tally.errors.push(error instanceof Error ? error.message : String(error));
  } finally {
    tally.inFlight--;
  }
}

interface Outcome {
  readonly status: number;
  orderId(): string;
}

/** The requests with their outcomes: of a batch each of its commands. */
function outcomesOf(
  request: FlowRequest | FlowBatch,
  { status, text }: { readonly status: number; readonly text: string },
): readonly (readonly [FlowRequest, Outcome])[] {
  if (request.kind !== "batch") return [[request, { status, orderId: () => orderIdIn(text) }]];
  if (status !== 207) throw new Error(`batch: ${status} ${text.slice(0, ERROR_CHARS_SHOWN)}`);
  const outcomes = JSON.parse(text) as readonly { readonly status: number; readonly body: { readonly id: string } }[];
  return request.commands.map((command, index) => {
    const outcome = outcomes[index];
    return [command, { status: outcome?.status ?? 0, orderId: () => outcome?.body.id ?? "" }] as const;
  });
}

function orderIdIn(text: string): string {
  const order = JSON.parse(text) as { id: string };
  return order.id;
}

/** What a request is sent with. */
function targetOf(request: FlowRequest | FlowBatch): readonly [method: string, path: string, body: string] {
  if (request.kind === "batch") return ["POST", BATCH_PATH, request.body];
  return request.kind === "order" ? ["POST", pathname, request.body] : ["DELETE", `${pathname}/${request.orderId}`, ""];
}

function call(request: FlowRequest | FlowBatch): Promise<{ status: number; text: string }> {
  const authorization = credentials[request.account];
  if (authorization === undefined) throw new Error(`no account ${request.account}`);
  const [method, path, body] = targetOf(request);
  return new Promise((resolve, reject) => {
    const outgoing = send(
      {
        hostname,
        port,
        agent,
        method,
        path,
        headers: {
          ...authorization,
          ...(method === "POST"
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
