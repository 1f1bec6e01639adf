/** Brings a PostgreSQL database to the newest schema. `npm run db:migrate` with DATABASE_URL set, and `npm run dev`. */
import { fileURLToPath } from "node:url";
import { drizzle } from "drizzle-orm/node-postgres";
import { migrate as applyMigrations } from "drizzle-orm/node-postgres/migrator";
import pg from "pg";

const MIGRATIONS = fileURLToPath(new URL("migrations", import.meta.url));
/** Advisory lock, so that two concurrent starts do not apply the same migration twice. */
const MIGRATION_LOCK = 7_310_311;

/** Applies the migrations of a folder that the database does not have yet, in one transaction. Repeatable. */
export async function migrate(databaseUrl: string, migrationsFolder = MIGRATIONS): Promise<void> {
  const client = new pg.Client({ connectionString: databaseUrl, connectionTimeoutMillis: 10_000 });
  // Without a listener a connection lost between two statements would end the process.
  client.on("error", () => {});
  await client.connect();
  try {
    await client.query("select pg_advisory_lock($1)", [MIGRATION_LOCK]);
    await client.query("set client_min_messages = warning");
    await applyMigrations(drizzle(client), { migrationsFolder });
  } finally {
    await client.end();
  }
}

if (import.meta.main) {
  const databaseUrl = process.env["DATABASE_URL"];
  if (databaseUrl === undefined || databaseUrl === "") {
    console.error("DATABASE_URL is not set: give the URL of the PostgreSQL database to migrate.");
    process.exit(1);
  }
  await migrate(databaseUrl);
  console.log("the database has the newest schema");
}
