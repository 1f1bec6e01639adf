const LENGTH_MAX = 4096;
/** One slash, then printable ASCII; browsers take `\` for `/`. */
const PATH = /^\/(?![/\\])[!-[\]-~]*$/;
/** A placeholder origin: the check is whether the text leads away from it. */
const HERE = "https://here.invalid";

/** A path of this host to return to after a sign-in, unchanged; null for anything that could lead to another host. */
export function returnPath(text: string | undefined): string | null {
  if (text === undefined || text.length > LENGTH_MAX || !PATH.test(text)) return null;
  if (!URL.canParse(text, HERE)) return null;
  const { origin, pathname } = new URL(text, HERE);
  // `/.//evil.example` is on this origin, but its resolved path `//evil.example` is not.
  return origin === HERE && !pathname.startsWith("//") ? text : null;
}
