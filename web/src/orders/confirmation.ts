/**
 * Whether orders are shown once more before they are sent; otherwise one press sends them. Kept in the browser for each
 * user and account: what was chosen for paper money does not hold for real money.
 */
import { createMemo, createRoot, createSignal } from "solid-js";
import { accountId, me } from "../api/session.ts";
import { isOneClickKey, oneClickKey } from "./oneClickKey.ts";

/** Counts changes of what is kept, here and in other windows. */
const [changes, setChanges] = createSignal(0);

const keyNow = (): string | null => oneClickKey(me()?.user.id, accountId());

/** True when orders of the account that is shown are sent without being shown once more. */
export const oneClick = createRoot(() =>
  createMemo((): boolean => {
    changes();
    const key = keyNow();
    return key !== null && localStorage.getItem(key) === "on";
  }),
);

export function setOneClick(on: boolean): void {
  const key = keyNow();
  if (key === null) return;
  localStorage.setItem(key, on ? "on" : "off");
  setChanges((count) => count + 1);
}

addEventListener("storage", ({ key }: StorageEvent) => {
  if (isOneClickKey(key)) setChanges((count) => count + 1);
});
