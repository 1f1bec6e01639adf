/** Which rows of a long list are in sight, all of them of one height. */
import { type Accessor, createEffect, createMemo, createSignal, onCleanup, onMount } from "solid-js";

/** Rows outside of what is seen that are rendered too, so that scrolling shows no gap. */
const OVERSCAN = 8;
/** A table that is narrower shows cards where it has them. */
const CARDS_BELOW = 560;

export interface RowWindow {
  /** The first row that is rendered, and the one after the last. */
  readonly range: Accessor<{ readonly first: number; readonly last: number }>;
  readonly asCards: Accessor<boolean>;
  readonly rowHeight: Accessor<number>;
  /** Whether the place has a size yet. */
  readonly isMeasured: Accessor<boolean>;
  readonly onScroll: (top: number) => void;
  /** Scrolls just as far as the row is seen whole. */
  readonly show: (at: number) => void;
  /** Rows that fit. */
  readonly page: () => number;
}

export function createRowWindow(
  box: () => HTMLElement | undefined,
  count: Accessor<number>,
  cardHeight: () => number | null,
): RowWindow {
  const [size, setSize] = createSignal({ width: 0, height: 0, row: 24 });
  const [top, setTop] = createSignal(0);
  const asCards = createMemo(() => cardHeight() !== null && size().width > 0 && size().width < CARDS_BELOW);
  const rowHeight = (): number => (asCards() ? (cardHeight() ?? 0) : size().row);
  const range = createMemo(
    () => {
      const height = rowHeight();
      const first = Math.max(0, Math.min(count(), Math.floor(top() / height)) - OVERSCAN);
      return { first, last: Math.min(count(), Math.ceil((top() + size().height) / height) + OVERSCAN) };
    },
    undefined,
    { equals: (a, b) => a.first === b.first && a.last === b.last },
  );
  const measure = (): void => {
    const place = box();
    if (place === undefined) return;
    const row = place.querySelector<HTMLElement>("tbody > tr:not(.table-filler)")?.offsetHeight ?? tokenHeight();
    const now = { width: place.clientWidth, height: place.clientHeight, row };
    setSize((before) => (JSON.stringify(before) === JSON.stringify(now) ? before : now));
  };
  onMount(() => {
    const place = box();
    const observer = new ResizeObserver(measure);
    if (place !== undefined) observer.observe(place);
    // A change of density changes no box, but the rows in it.
    const look = new MutationObserver(measure);
    look.observe(document.documentElement, { attributes: true, attributeFilter: ["data-density"] });
    measure();
    onCleanup(() => {
      observer.disconnect();
      look.disconnect();
    });
  });
  // Rows have their height only when there are some.
  const isEmpty = createMemo(() => count() === 0);
  createEffect(() => void (!isEmpty() && requestAnimationFrame(measure)));
  return {
    range,
    asCards,
    rowHeight,
    isMeasured: () => size().height > 0,
    onScroll: setTop,
    show: (at) => {
      const place = box();
      if (place === undefined) return;
      const [height, head] = [rowHeight(), asCards() ? 0 : size().row];
      const [start, end] = [at * height, (at + 1) * height + head];
      if (start < place.scrollTop) place.scrollTop = start;
      else if (end > place.scrollTop + place.clientHeight) place.scrollTop = end - place.clientHeight;
    },
    page: () => Math.max(1, Math.floor(size().height / rowHeight()) - 2),
  };
}

/** The height of a row as the density has it. */
function tokenHeight(): number {
  return Number.parseFloat(getComputedStyle(document.documentElement).getPropertyValue("--row")) || 24;
}
