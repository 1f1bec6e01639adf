/** What small objects need of SQLite: structural, so that the same SQL runs in tests. */
export interface Sql {
  exec(query: string, ...binds: (string | number | null)[]): Iterable<Record<string, unknown>>;
}
