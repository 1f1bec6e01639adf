/** The database login of the exchange, which may only write the audit trail. Migrations run as the owner. */
import pg from "pg";

/** Ends a statement that hangs before the writer gives up on it. */
const STATEMENT_TIMEOUT = "20s";

/**
 * Creates a login with the role `exchange_writer` in a migrated database, or sets the password of the existing one.
 * Returns its URL. One login per database, because roles belong to the whole server.
 */
export async function writerLogin(ownerUrl: string, password: string): Promise<string> {
  const url = new URL(ownerUrl);
  const login = `${decodeURIComponent(url.pathname.slice(1))}_app`;
  const role = pg.escapeIdentifier(login);
  const client = new pg.Client({ connectionString: ownerUrl, connectionTimeoutMillis: 5_000 });
  client.on("error", () => {});
  await client.connect();
  try {
    const { rowCount } = await client.query("select from pg_roles where rolname = $1", [login]);
    await client.query(
      `${rowCount === 0 ? "create" : "alter"} role ${role} login password ${pg.escapeLiteral(password)}`,
    );
    await client.query(`grant exchange_writer to ${role}`);
    await client.query(`alter role ${role} set statement_timeout = '${STATEMENT_TIMEOUT}'`);
  } finally {
    await client.end();
  }
  url.username = encodeURIComponent(login);
  url.password = encodeURIComponent(password);
  return url.href;
}
