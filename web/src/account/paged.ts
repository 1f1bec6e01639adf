/** Rows that the exchange gives a page at a time, newest first. */
import { createEffect, createSignal, on, type Accessor } from "solid-js";
import { errorText } from "../api/error.ts";

export interface Page<Row, Place> {
  readonly rows: readonly Row[];
  /** Where the next page begins; null: this was the last one. */
  readonly next: Place | null;
}

export interface Paged<Row> {
  readonly rows: Accessor<readonly Row[]>;
  readonly loading: Accessor<boolean>;
  /** Whether there are rows that are not loaded. */
  readonly more: Accessor<boolean>;
  /** Why the newest page could not be read; null when it was. */
  readonly error: Accessor<string | null>;
  readonly loadMore: () => void;
  readonly reload: () => void;
}

/** Reads pages about something, such as an account, until it changes: then it begins again. Null reads nothing. */
export function createPaged<Key, Row, Place>(
  about: Accessor<Key | null>,
  load: (key: Key, place: Place | null) => Promise<Page<Row, Place>>,
): Paged<Row> {
  const [rows, setRows] = createSignal<readonly Row[]>([]);
  const [place, setPlace] = createSignal<{ readonly at: Place | null } | null>(null);
  const [loading, setLoading] = createSignal(false);
  const [error, setError] = createSignal<string | null>(null);
  let generation = 0;

  const read = async (from: Place | null, isFirst: boolean): Promise<void> => {
    const key = about();
    if (key === null) return;
    const mine = generation;
    setLoading(true);
    try {
      const page = await load(key, from);
      if (mine !== generation) return;
      setRows((before) => (isFirst ? page.rows : [...before, ...page.rows]));
      setPlace(page.next === null ? null : { at: page.next });
      setError(null);
    } catch (failure) {
      if (mine === generation) setError(errorText(failure));
    } finally {
      if (mine === generation) setLoading(false);
    }
  };
  const reload = (): void => {
    generation++;
    void read(null, true);
  };
  createEffect(
    on(about, () => {
      setRows([]);
      setPlace(null);
      reload();
    }),
  );
  return {
    rows,
    loading,
    error,
    more: () => place() !== null,
    loadMore: () => {
      const next = place();
      if (next !== null && !loading() && error() === null) void read(next.at, false);
    },
    reload,
  };
}
