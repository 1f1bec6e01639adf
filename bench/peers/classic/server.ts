/** The process of the classic exchange: Express, PostgreSQL and Redis. Started by start.ts. */
import { classicApp } from "./app.ts";
import { connectBook } from "./book.ts";
import { connectStore } from "./store.ts";
import type { Transactions } from "./store.ts";

/** Connections to PostgreSQL; more make it switch between more processes on the same processors. */
const CONNECTIONS = 16;

const variable = (name: string): string => {
  const value = process.env[name];
  if (value === undefined) throw new Error(`${name} is not set`);
  return value;
};

const store = await connectStore(
  variable("CLASSIC_DATABASE_URL"),
  CONNECTIONS,
  variable("CLASSIC_TRANSACTIONS") as Transactions,
);
const book = await connectBook(Number(variable("CLASSIC_REDIS_PORT")));
const app = classicApp(store, book, variable("CLASSIC_JWT_SECRET"));
app.listen(Number(variable("CLASSIC_PORT")), "127.0.0.1");
