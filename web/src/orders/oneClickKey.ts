const KEY = "one-click:";

/** Where one click is kept for a user and an account; null while there is none of them. */
export function oneClickKey(user: string | undefined, account: string | null): string | null {
  return user === undefined || account === null ? null : `${KEY}${user}:${account}`;
}

/** Whether a key of the browser's storage is one of those; null: everything there has changed. */
export const isOneClickKey = (key: string | null): boolean => key === null || key.startsWith(KEY);
