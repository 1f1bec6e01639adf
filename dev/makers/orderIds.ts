/** Client order ids that no other run uses: `maker1-mi4x2k0a-17`. */
export function orderIds(name: string, startedAt: number): () => string {
  const run = startedAt.toString(36);
  let count = 0;
  return () => `${name}-${run}-${++count}`;
}
