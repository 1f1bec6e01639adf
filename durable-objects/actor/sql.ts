/** SQLite as small objects use it. Structural, so that tests run the same SQL elsewhere. */
export interface Sql {
  exec(query: string, ...binds: (string | number | null)[]): Iterable<Record<string, unknown>>;
}
