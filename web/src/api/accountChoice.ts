/**
 * Which account a window shows. A window keeps its account over reloads, whatever other tabs show. A window of its own
 * that was opened from it, such as an order ticket, always shows the same account as the window that has opened it.
 */

type Store = Pick<Storage, "getItem" | "setItem">;

/** Of a window: its account. Of the browser: the account that was chosen last, with which a new tab begins. */
const ACCOUNT = "account";
/** Of a window. A browser copies it to each window that is opened from there. */
const GROUP = "windows";
/** Of the browser: which group of windows has changed to which account. */
const CHANGED = "account:changed";

export interface AccountChoice {
  /** The account that the window begins with; null: none was chosen yet. */
  readonly first: string | null;
  /** Keeps the account that the window shows. */
  readonly hold: (id: string) => void;
  /** Changes the account of the window, and of those that belong to it. */
  readonly choose: (id: string) => void;
  /** The account that another window of the group has changed to; null: the event is about something else. */
  readonly told: (event: Pick<StorageEvent, "key" | "newValue">) => string | null;
}

/** The choice of one window. */
export function accountChoice(window: Store, browser: Store): AccountChoice {
  const group = window.getItem(GROUP) ?? crypto.randomUUID();
  window.setItem(GROUP, group);
  const first = window.getItem(ACCOUNT) ?? browser.getItem(ACCOUNT);
  const hold = (id: string): void => window.setItem(ACCOUNT, id);
  if (first !== null) hold(first);
  return {
    first,
    hold,
    choose: (id) => {
      hold(id);
      browser.setItem(ACCOUNT, id);
      browser.setItem(CHANGED, `${group} ${id}`);
    },
    told: ({ key, newValue }) => {
      if (key !== CHANGED || newValue === null) return null;
      const [of, id] = newValue.split(" ");
      return of === group && id !== undefined && id !== "" ? id : null;
    },
  };
}
