/** Whether there is a connection, and whether a new release is there. */
import { createSignal } from "solid-js";

const [online, setOnline] = createSignal(navigator.onLine);
const [waiting, setWaiting] = createSignal<ServiceWorker | null>(null);

/** False while the browser says that it has no network. */
export { online };

/** True when a new release is loaded and waits for the user's word. */
export const isNewRelease = (): boolean => waiting() !== null;

addEventListener("online", () => setOnline(true));
addEventListener("offline", () => setOnline(false));

/** Reloads the page with the new release. */
export function takeNewRelease(): void {
  navigator.serviceWorker.addEventListener("controllerchange", () => location.reload(), { once: true });
  waiting()?.postMessage("take over");
}

/** Registers the service worker. Without one, as in a private window of some browsers, only offline use is missing. */
export async function registerShell(): Promise<void> {
  if (!("serviceWorker" in navigator)) return;
  try {
    const registration = await navigator.serviceWorker.register("/sw.js", { type: "module" });
    watch(registration);
    registration.addEventListener("updatefound", () => watch(registration));
  } catch {
    // The exchange is out of reach, or the browser refuses.
  }
}

/** A worker that is installed while another one serves this page is a new release. */
function watch({ installing, waiting: ready }: ServiceWorkerRegistration): void {
  const isUpdate = navigator.serviceWorker.controller !== null;
  if (ready !== null && isUpdate) setWaiting(ready);
  installing?.addEventListener("statechange", () => {
    if (installing.state === "installed" && isUpdate) setWaiting(installing);
  });
}
