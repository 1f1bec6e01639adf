/** Drawing on a canvas: sharp at every pixel ratio, in the colours of the theme, at most once a frame. */
import { createSignal, onCleanup, onMount, type Accessor } from "solid-js";

/** The tokens that drawings use, read from the style sheet. */
export interface Colours {
  readonly ink: string;
  readonly ink2: string;
  readonly ink3: string;
  readonly surface: string;
  readonly raised: string;
  readonly line: string;
  readonly lineStrong: string;
  readonly up: string;
  readonly down: string;
  readonly upStrong: string;
  readonly downStrong: string;
  readonly upWash: string;
  readonly downWash: string;
  readonly accent: string;
  readonly accentWash: string;
  readonly warn: string;
  readonly focus: string;
  readonly onSide: string;
  readonly font: string;
}

export interface Size {
  readonly width: number;
  readonly height: number;
}

export interface Drawing {
  /** The canvas' `ref`. */
  readonly ref: (canvas: HTMLCanvasElement) => void;
  /** Paints with the next frame; many calls paint once. */
  readonly invalidate: () => void;
  readonly size: Accessor<Size>;
}

function readColours(): Colours {
  const style = getComputedStyle(document.documentElement);
  const token = (name: string): string => style.getPropertyValue(`--${name}`).trim();
  return {
    ink: token("ink"),
    ink2: token("ink-2"),
    ink3: token("ink-3"),
    surface: token("surface"),
    raised: token("raised"),
    line: token("line"),
    lineStrong: token("line-strong"),
    up: token("up"),
    down: token("down"),
    upStrong: token("up-strong"),
    downStrong: token("down-strong"),
    upWash: token("up-wash"),
    downWash: token("down-wash"),
    accent: token("accent"),
    accentWash: token("accent-wash"),
    warn: token("warn"),
    focus: token("focus"),
    onSide: token("on-side"),
    font: token("font"),
  };
}

/** A canvas that fills its parent. `paint` draws everything again, in CSS pixels. */
export function createDrawing(
  paint: (context: CanvasRenderingContext2D, size: Size, colours: Colours) => void,
): Drawing {
  const [size, setSize] = createSignal<Size>({ width: 0, height: 0 });
  let canvas: HTMLCanvasElement | null = null;
  let colours: Colours | null = null;
  let frame: number | null = null;

  const draw = (): void => {
    frame = null;
    const context = canvas?.getContext("2d");
    const { width, height } = size();
    if (canvas === null || context === null || context === undefined || width === 0 || height === 0) return;
    const ratio = devicePixelRatio;
    const [wide, high] = [Math.round(width * ratio), Math.round(height * ratio)];
    if (canvas.width !== wide || canvas.height !== high) {
      canvas.width = wide;
      canvas.height = high;
    }
    context.setTransform(ratio, 0, 0, ratio, 0, 0);
    context.clearRect(0, 0, width, height);
    paint(context, { width, height }, (colours ??= readColours()));
  };
  const invalidate = (): void => void (frame ??= requestAnimationFrame(draw));

  onMount(() => {
    const parent = canvas?.parentElement;
    if (parent === null || parent === undefined) return;
    const resized = new ResizeObserver(() => {
      setSize({ width: parent.clientWidth, height: parent.clientHeight });
      invalidate();
    });
    resized.observe(parent);
    const restyled = new MutationObserver(() => {
      colours = null;
      invalidate();
    });
    restyled.observe(document.documentElement, { attributes: true });
    // Text that was measured before the font came is drawn again.
    void document.fonts.ready.then(invalidate);
    onCleanup(() => {
      resized.disconnect();
      restyled.disconnect();
      if (frame !== null) cancelAnimationFrame(frame);
    });
  });
  return {
    ref: (element) => void (canvas = element),
    invalidate,
    size,
  };
}
