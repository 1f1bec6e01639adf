/** The page's end of the feed worker: starts it, starts it again if it fails, and takes one batch a frame. */
import { renewSession } from "../api/client.ts";
import type { Batch, FromWorker, ToWorker } from "./messages.ts";

/** A hidden page has no frames: it takes what has happened now and then, so that its alerts and orders are up to date. */
const HIDDEN_TAKE_MS = 1_000;
const START_AGAIN_MS = 2_000;

type Told = Extract<ToWorker, { readonly kind: "follow" | "account" }>;

let worker: Worker | null = null;
let onBatch: (batch: Batch) => void = () => {};
let frame = 0;
/** The last message of each kind, for a worker that is started again. */
const told = new Map<Told["kind"], Told>();

/** Who gets the batches. */
export function whenBatch(act: (batch: Batch) => void): void {
  onBatch = act;
}

/** Tells the worker, and starts it when it is not there. */
export function tell(message: Told): void {
  told.set(message.kind, message);
  if (worker === null) start();
  else post(message);
}

function post(message: ToWorker): void {
  worker?.postMessage(message);
}

function take(): void {
  cancelAnimationFrame(frame);
  if (document.hidden) post({ kind: "take", afterMs: HIDDEN_TAKE_MS });
  else frame = requestAnimationFrame(() => post({ kind: "take" }));
}

function start(): void {
  const started = new Worker(new URL("./worker.ts", import.meta.url), { type: "module", name: "feed" });
  worker = started;
  started.onmessage = ({ data }: MessageEvent<FromWorker>) => {
    if (data.kind === "renew") void renew();
    else {
      try {
        onBatch(data);
      } finally {
        // A panel that fails with a batch does not stop the market for the others.
        take();
      }
    }
  };
  // Its file could not be loaded, or it has failed.
  started.onerror = () => {
    started.terminate();
    worker = null;
    setTimeout(() => worker ?? start(), START_AGAIN_MS);
  };
  for (const message of told.values()) post(message);
  post({ kind: "network", isOnline: navigator.onLine });
  take();
}

/** Without an answer the worker tries again by itself; a session that has ended is signed out by the call. */
async function renew(): Promise<void> {
  if (await renewSession()) post({ kind: "renewed" });
}

document.addEventListener("visibilitychange", () => {
  if (worker !== null) take();
});
for (const name of ["online", "offline"] as const) {
  addEventListener(name, () => post({ kind: "network", isOnline: name === "online" }));
}
