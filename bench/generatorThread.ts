/** The load generator: keeps its schedule independent of responses, and measures latency from the scheduled time. */
import { Agent, request as send } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";
import { parentPort, threadId, workerData } from "node:worker_threads";
import { seededRandom } from "../test/rig/random.ts";
import type { GeneratorData, LoadPlan, LoadResult } from "./load.ts";
import { OrderFlow, commandText } from "./orderFlow.ts";
import type { FlowBatch, FlowRequest } from "./orderFlow.ts";
import { OrderSocket } from "./orderSockets.ts";

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

const { ordersUrl, credentials, keys } = workerData as GeneratorData;
const { origin, hostname, port, pathname } = new URL(ordersUrl);
const agent = new Agent({ keepAlive: true, maxSockets: CONNECTIONS_MAX, scheduling: "fifo", timeout: IDLE_MS });
/** Ids of other threads, which may send to the same system, differ. */
const runId = `${Date.now().toString(36)}-${threadId}`;
let runs = 0;

/** Sends the next request, which was due at this time. */
type Send = (due: number) => Promise<void>;
/** The requests that were sent together, with their outcomes. */
type Answers = readonly (readonly [FlowRequest, Outcome])[];
type Call = (request: FlowRequest | FlowBatch) => Promise<Answers>;

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
  const { pace, batch = 1 } = plan;
  const sockets = plan.sockets === true ? await openSockets(plan.accounts) : null;
  const call = sockets === null ? callOverHttp : callOver(sockets);
  const start = performance.now();
  const end = start + plan.seconds * 1000;
  const next = () => (batch === 1 && sockets === null ? flow.next() : flow.nextBatch(batch));
  const send = (due: number) => exchange(flow, call, next(), due, end, tally);
  if (pace.kind === "open") await sendOnSchedule(send, pace.perSecond / batch, start, end);
  else await keepInFlight(send, pace.inFlight, end);
  while (tally.inFlight > 0) await sleep(1);
  const drainMs = performance.now() - end;
  for (const socket of sockets ?? []) socket.close();
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
  call: Call,
  request: FlowRequest | FlowBatch,
  due: number,
  end: number,
  tally: Tally,
): Promise<void> {
  tally.inFlight++;
  try {
    const answers = await call(request);
    const now = performance.now();
    for (const [one, { status, orderId, text }] of answers) {
      if (one.kind === "cancel") {
        if (status !== 204) throw new Error(`cancel: ${status} ${text().slice(0, ERROR_CHARS_SHOWN)}`);
        tally.cancels++;
        continue;
      }
      if (status !== 200) throw new Error(`order: ${status} ${text().slice(0, ERROR_CHARS_SHOWN)}`);
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
  text(): string;
}

interface CommandOutcome {
  readonly status: number;
  readonly body: { readonly id: string } | null;
}

/** The requests with their outcomes: of a batch each of its commands. */
function outcomesOf(
  request: FlowRequest | FlowBatch,
  { status, text }: { readonly status: number; readonly text: string },
): Answers {
  if (request.kind !== "batch") return [[request, { status, orderId: () => orderIdIn(text), text: () => text }]];
  if (status !== 207) throw new Error(`batch: ${status} ${text.slice(0, ERROR_CHARS_SHOWN)}`);
  return commandOutcomes(request.commands, JSON.parse(text) as readonly CommandOutcome[]);
}

function commandOutcomes(commands: readonly FlowRequest[], outcomes: readonly CommandOutcome[]): Answers {
  return commands.map((command, index) => {
    const outcome = outcomes[index];
    const [status, body] = [outcome?.status ?? 0, outcome?.body ?? null];
    return [command, { status, orderId: () => body?.id ?? "", text: () => JSON.stringify(body) }] as const;
  });
}

/** A connection of order entry for each account. */
function openSockets(accounts: number): Promise<OrderSocket[]> {
  return Promise.all(keys.slice(0, accounts).map((key) => OrderSocket.open(origin, key)));
}

function callOver(sockets: readonly OrderSocket[]): Call {
  return async (request) => {
    const socket = sockets[request.account];
    if (request.kind !== "batch" || socket === undefined) throw new Error("no frame of an account with a socket");
    const { results } = await socket.send(request.commands.map(commandText));
    return commandOutcomes(request.commands, results);
  };
}

async function callOverHttp(request: FlowRequest | FlowBatch): Promise<Answers> {
  return outcomesOf(request, await call(request));
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
