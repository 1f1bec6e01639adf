/**
 * Where pills are that must not cover one another: each as near to its own place as the others let it, in the order of
 * their places. Places are the middles of pills, from 0 to `length`; where there is no room for all, the last ones meet.
 */
export function spread(places: readonly number[], size: number, length: number): number[] {
  const order = places.map((_place, nth) => nth).sort((a, b) => (places[a] ?? 0) - (places[b] ?? 0));
  const found = [...places];
  let from = size / 2;
  for (const nth of order) {
    found[nth] = Math.max(from, places[nth] ?? 0);
    from = (found[nth] ?? 0) + size;
  }
  let to = length - size / 2;
  for (const nth of order.toReversed()) {
    found[nth] = Math.max(size / 2, Math.min(to, found[nth] ?? 0));
    to = (found[nth] ?? 0) - size;
  }
  return found;
}
