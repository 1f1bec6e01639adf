/** Who is signed in, which accounts they have, and which of them the terminal shows. */
import { createEffect, createMemo, createRoot, createSignal, on } from "solid-js";
import type * as z from "zod";
import type { accountEntriesWire } from "../../../protocol/wire/ownAccounts.ts";
import type { meAnswer } from "../../../protocol/wire/sessions.ts";
import { accountChoice } from "./accountChoice.ts";
import { call, keepCsrfToken, whenSignedOut } from "./client.ts";
import { ApiError } from "./error.ts";

export type Me = z.infer<typeof meAnswer>;
export type AccountEntry = z.infer<typeof accountEntriesWire>["accounts"][number];

export type Session =
  | { readonly kind: "loading" }
  | { readonly kind: "signed out" }
  | { readonly kind: "signed in"; readonly me: Me; readonly accounts: readonly AccountEntry[] };

const choice = accountChoice(sessionStorage, localStorage);

const [session, setSession] = createSignal<Session>({ kind: "loading" });
const [chosen, setChosen] = createSignal<string | null>(choice.first);

/** True while the exchange has not said yet who is signed in, because it does not answer. */
const [isOutOfReach, setOutOfReach] = createSignal(false);

export { session, isOutOfReach };

/** The user who is signed in, or null. */
export const me = (): Me | null => {
  const now = session();
  return now.kind === "signed in" ? now.me : null;
};

export const accounts = (): readonly AccountEntry[] => {
  const now = session();
  return now.kind === "signed in" ? now.accounts : [];
};

/** The account that the terminal shows: the chosen one, or the default one. */
export const account = createRoot(() =>
  createMemo(
    (): AccountEntry | null =>
      accounts().find(({ account_id: id }) => id === chosen()) ??
      accounts().find((entry) => entry.account?.is_default === true) ??
      accounts()[0] ??
      null,
  ),
);

/** Changes only with the account itself, not whenever the accounts are read again. */
export const accountId = createRoot(() => createMemo((): string | null => account()?.account_id ?? null));
export const isPaper = (): boolean => account()?.account?.type === "paper";
/** True for an account that somebody shares with this user, who may only look. */
export const isShared = (): boolean => account()?.access === "read";

export const hasRole = (role: Me["user"]["roles"][number]): boolean => me()?.user.roles.includes(role) ?? false;

/** Shows another account from now on, also in the windows that belong to this one. */
export function chooseAccount(id: string): void {
  choice.choose(id);
  setChosen(id);
}

/** Keeps the account of this window, and follows the windows that belong to it. Called once, when the terminal starts. */
export function keepChoice(): void {
  createEffect(on(accountId, (id) => void (id === null || choice.hold(id))));
  addEventListener("storage", (event: StorageEvent) => void follow(choice.told(event)));
}

/** Shows the account that a window of the group has changed to. It may have been opened since the accounts were read. */
async function follow(id: string | null): Promise<void> {
  if (id === null) return;
  try {
    if (!accounts().some((entry) => entry.account_id === id)) await loadSession();
  } catch {
    // Without an answer the list stays as it is.
  }
  setChosen(id);
}

const FIRST_WAIT_MS = 1_000;
const WAIT_MS_MAX = 15_000;

/** Reads who is signed in, until the exchange answers. Called once, when the terminal starts. */
export async function begin(waitMs = FIRST_WAIT_MS): Promise<void> {
  try {
    await loadSession();
    setOutOfReach(false);
  } catch {
    setOutOfReach(true);
    setTimeout(() => void begin(Math.min(2 * waitMs, WAIT_MS_MAX)), waitMs);
  }
}

/** Reads who is signed in. Called at the start, after a sign-in, and when accounts have changed. */
export async function loadSession(): Promise<void> {
  try {
    const me = await call<Me>("GET", "/v1/me");
    keepCsrfToken(me.csrf_token);
    const { accounts } = await call<z.infer<typeof accountEntriesWire>>("GET", "/v1/accounts");
    setSession({ kind: "signed in", me, accounts: accounts.filter(({ account }) => account?.state !== "closed") });
  } catch (error) {
    if (!(error instanceof ApiError) || error.status !== 401) throw error;
    keepCsrfToken(null);
    setSession({ kind: "signed out" });
  }
}

export async function signOut(): Promise<void> {
  await call("POST", "/v1/auth/logout", { body: {} });
  keepCsrfToken(null);
  setSession({ kind: "signed out" });
}

whenSignedOut(() => setSession({ kind: "signed out" }));
