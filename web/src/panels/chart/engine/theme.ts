/** The tokens of the design as a canvas needs them. Read again when the theme, the palette or the density changes. */

export interface Theme {
  readonly token: (name: string) => string;
  /** A token's colour that lets some of what is behind it through. */
  readonly faded: (name: string, alpha: number) => string;
  readonly fontFamily: string;
  readonly fontSize: number;
  /** For `CanvasRenderingContext2D.font`. */
  readonly font: string;
  readonly isContrast: boolean;
}

export function readTheme(): Theme {
  const root = document.documentElement;
  const style = getComputedStyle(root);
  const token = (name: string): string => style.getPropertyValue(name).trim();
  const rem = Number.parseFloat(style.fontSize) || 16;
  const fontFamily = token("--font");
  const fontSize = Math.round(Number.parseFloat(token("--text-xs")) * rem) || 11;
  return {
    token,
    faded: (name, alpha) => fade(token(name), alpha),
    fontFamily,
    fontSize,
    font: `${fontSize}px ${fontFamily}`,
    isContrast: root.dataset["theme"] === "contrast",
  };
}

/** `#rrggbb` with an alpha; any other colour as it is. */
function fade(colour: string, alpha: number): string {
  if (!/^#[0-9a-f]{6}$/i.test(colour)) return colour;
  const byte = Math.round(alpha * 255);
  return `${colour}${byte.toString(16).padStart(2, "0")}`;
}

/** Calls back when the look of the document changes. Gives what ends it. */
export function whenThemeChanges(act: () => void): () => void {
  const observer = new MutationObserver(act);
  observer.observe(document.documentElement, {
    attributeFilter: ["data-theme", "data-palette", "data-density"],
  });
  return () => observer.disconnect();
}
