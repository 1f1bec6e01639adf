/** Synchronises the layouts with the login: at the start, and some seconds after changes. */
import { createSignal } from "solid-js";
import type * as z from "zod";
import type { wireWorkspaces } from "../../../protocol/wire/workspaces.ts";
import { call } from "../api/client.ts";
import { ApiError } from "../api/error.ts";
import { LAYOUT_TEXT } from "../text/en/workspace.ts";
import { keepLayouts, kept, onLayoutsChanged } from "./layouts.ts";
import { merged, nextStep, type Remote } from "./merge.ts";
import { documentFromStored, documentToStored } from "./stored.ts";

type Answer = z.infer<typeof wireWorkspaces>;

/** `here`: the login does not have the newest layouts, because it could not be reached. */
export type SyncState = "saved" | "saving" | "here";

/** A burst of changes, such as a border that is dragged, is sent once. */
const WAIT_MS = 1_500;
/** A workspace that this browser has never shown waits so long for the login's layouts. */
const FIRST_WAIT_MS = 2_000;
const PATH = "/v1/workspaces";

const [syncState, setSyncState] = createSignal<SyncState>("saved");
/** Whether the login has been asked, or does not answer in time. */
const [isAsked, setAsked] = createSignal(false);
/** The other device's layouts, while the user is asked which ones to keep. */
const [conflict, setConflict] = createSignal<Remote | null>(null);
export { syncState, conflict, isAsked };

let timer: ReturnType<typeof setTimeout> | null = null;
let sending: Promise<void> | null = null;

const remoteOf = ({ version, document }: Answer): Remote => ({ version, document: documentFromStored(document) });

/** Reads what the login has and goes on from there. */
async function synchronise(): Promise<void> {
  try {
    follow(remoteOf(await call<Answer>("GET", PATH)));
  } catch {
    setSyncState("here");
  }
}

function follow(remote: Remote): void {
  switch (nextStep(kept(), remote)) {
    case "adopt":
      if (remote.document !== null) {
        keepLayouts({ document: remote.document, version: remote.version, changed: false }, true);
      }
      setSyncState("saved");
      return;
    case "send":
      if (remote.document !== null && remote.version !== kept().version) {
        const document = merged(kept().document, remote.document, LAYOUT_TEXT.copyOf);
        keepLayouts({ document, version: remote.version, changed: true });
      } else keepLayouts({ document: kept().document, version: remote.version, changed: true });
      void send();
      return;
    case "ask":
      setConflict(remote);
      setSyncState("here");
      return;
    case "nothing":
      setSyncState("saved");
  }
}

/** Sends the layouts if they have changed; one request at a time. */
async function send(): Promise<void> {
  if (sending !== null) return sending;
  if (!kept().changed || conflict() !== null) return;
  const sent = kept();
  sending = (async () => {
    setSyncState("saving");
    try {
      const body = { version: sent.version, document: documentToStored(sent.document) };
      const { version } = await call<Answer>("PUT", PATH, { body });
      const isNewest = kept().document === sent.document;
      keepLayouts({ document: kept().document, version, changed: !isNewest });
      setSyncState(isNewest ? "saved" : "saving");
      if (!isNewest) later();
    } catch (error) {
      if (error instanceof ApiError && error.reason === "workspace_changed") void synchronise();
      else setSyncState("here");
    }
  })().finally(() => (sending = null));
  return sending;
}

function later(): void {
  if (timer !== null) clearTimeout(timer);
  timer = setTimeout(() => {
    timer = null;
    void send();
  }, WAIT_MS);
}

/** Ends a conflict as the user has decided. */
export function decide(which: "theirs" | "mine" | "both"): void {
  const remote = conflict();
  setConflict(null);
  if (remote?.document === undefined || remote.document === null) return;
  const { version, document: theirs } = remote;
  if (which === "theirs") {
    keepLayouts({ document: theirs, version, changed: false }, true);
    setSyncState("saved");
    return;
  }
  const mine = kept().document;
  const document = which === "mine" ? mine : merged(mine, theirs, LAYOUT_TEXT.copyOf);
  keepLayouts({ document, version, changed: true });
  void send();
}

/** Keeps login and browser together until it is called back. */
export function startSync(): () => void {
  const late = setTimeout(() => setAsked(true), FIRST_WAIT_MS);
  void synchronise().finally(() => setAsked(true));
  const end = onLayoutsChanged(later);
  const now = (): void => void (document.visibilityState === "hidden" ? send() : undefined);
  const again = (): void => void synchronise();
  document.addEventListener("visibilitychange", now);
  addEventListener("online", again);
  return () => {
    clearTimeout(late);
    setAsked(false);
    end();
    document.removeEventListener("visibilitychange", now);
    removeEventListener("online", again);
  };
}
