const LENGTH_MAX = 4096;
/** One slash, then printable ASCII; browsers take `\` for `/`. */
const PATH = /^\/(?![/\\])[!-[\]-~]*$/;
/** Any origin will do: what matters is whether the text leads away from it. */
const HERE = "https://here.invalid";

/** A path of ours to go back to after a sign-in, as it was given; null for anything that could lead elsewhere. */
export function returnPath(text: string | undefined): string | null {
  if (text === undefined || text.length > LENGTH_MAX || !PATH.test(text)) return null;
  if (!URL.canParse(text, HERE)) return null;
  const { origin, pathname } = new URL(text, HERE);
  // `/.//evil.example` is here, but what is left of it when it has been resolved is not.
  return origin === HERE && !pathname.startsWith("//") ? text : null;
}
