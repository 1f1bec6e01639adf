/** RFC 8707 lets a request name several resources. */
const MAY_REPEAT = new Set(["resource"]);

/** The first OAuth parameter that occurs twice, which RFC 6749 (3.1, 3.2) forbids; null without any. */
export function repeatedParameter(params: URLSearchParams): string | null {
  const seen = new Set<string>();
  for (const name of params.keys()) {
    if (seen.has(name) && !MAY_REPEAT.has(name)) return name;
    seen.add(name);
  }
  return null;
}
