/**
 * The service worker: keeps the files of the shell, so that the terminal opens without a connection and says so. It
 * never keeps an answer of the API, and never answers in its place.
 */
/// <reference lib="webworker" />

/** The files of this release: the build writes them in (vite.config.ts), so each release is another script. */
declare const SHELL_FILES: readonly string[];

const scope = globalThis as unknown as ServiceWorkerGlobalScope;
const DOCUMENT = "/";
const CACHE = "shell";
/** The pages of the terminal, which are one document. */
const PAGE =
  /^\/(?:(?:trade|portfolio|accounts|alerts|statements|settings|admin|audit|sign-in|sign-up|design|shortcuts)(?:\/.*)?)?$/;
const FILE = /^\/app\/assets\//;

/** Adds what is missing. Files of an earlier release stay until this one takes over: open pages still load them. */
async function install(): Promise<void> {
  const cache = await caches.open(CACHE);
  const known = new Set((await cache.keys()).map(({ url }) => new URL(url).pathname));
  await cache.addAll(SHELL_FILES.filter((file) => !known.has(file)));
  await cache.add(new Request(DOCUMENT, { cache: "reload" }));
}

/** Drops the files of earlier releases. */
async function takeOver(): Promise<void> {
  const cache = await caches.open(CACHE);
  const ours = new Set<string>([DOCUMENT, ...SHELL_FILES]);
  for (const request of await cache.keys()) {
    if (!ours.has(new URL(request.url).pathname)) await cache.delete(request);
  }
  await scope.clients.claim();
}

/** The page of the exchange, or the kept one when there is no connection. */
async function page(request: Request): Promise<Response> {
  try {
    return await fetch(request);
  } catch (error) {
    const kept = await caches.match(DOCUMENT);
    if (kept === undefined) throw error;
    return kept;
  }
}

async function file(request: Request): Promise<Response> {
  return (await caches.match(request)) ?? fetch(request);
}

scope.addEventListener("install", (event) => event.waitUntil(install()));
scope.addEventListener("activate", (event) => event.waitUntil(takeOver()));
scope.addEventListener("message", (event) => {
  // The user has agreed to the new release.
  if (event.data === "take over") void scope.skipWaiting();
});
scope.addEventListener("fetch", (event) => {
  const { request } = event;
  const { origin, pathname } = new URL(request.url);
  if (request.method !== "GET" || origin !== scope.location.origin) return;
  if (FILE.test(pathname)) event.respondWith(file(request));
  else if (request.mode === "navigate" && PAGE.test(pathname)) event.respondWith(page(request));
});
