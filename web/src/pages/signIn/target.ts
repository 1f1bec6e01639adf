/** Where a sign-in leads to. */

export const FIRST_PAGE = "/trade";

/** Pages that make no sense after a sign-in. */
const NOT_AFTER = new Set(["/", "/sign-in", "/sign-up"]);
/** One slash, then printable ASCII; browsers take `\` for `/`. */
const PATH = /^\/(?![/\\])[!-[\]-~]*$/;
const LENGTH_MAX = 500;
/** Any origin: the check is whether a text leads away from it. */
const HERE = "https://here.invalid";

/** The page of the terminal that a parameter asks for; for anything that could lead elsewhere, the first page. */
export function targetOf(asked: string | undefined): string {
  if (asked === undefined || asked.length > LENGTH_MAX || !PATH.test(asked)) return FIRST_PAGE;
  if (!URL.canParse(asked, HERE)) return FIRST_PAGE;
  const { origin, pathname, search } = new URL(asked, HERE);
  if (origin !== HERE || pathname.startsWith("//") || NOT_AFTER.has(pathname)) return FIRST_PAGE;
  return pathname + search;
}
