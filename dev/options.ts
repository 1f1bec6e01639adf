/** Options of a start, from the command line and the environment. */
import { resolve } from "node:path";
import { parseArgs } from "node:util";
import { feedSettings } from "../durable-objects/feed/settings.ts";
import { calendarNamed } from "../domain/market/calendar.ts";
import { StartFailure } from "./failure.ts";

export interface Options {
  readonly port: number;
  readonly stateDir: string;
  /** Wipe the state folder first. */
  readonly fresh: boolean;
  /** A PostgreSQL server to use instead of the embedded one. */
  readonly databaseUrl: string | null;
  /** Print every request. */
  readonly requests: boolean;
  /** A second administrator must approve changes of money and users. */
  readonly fourEyes: boolean;
  readonly help: boolean;
}

export const USAGE = `npm run dev -- [--fresh] [--state DIR] [--requests]
  --fresh       wipe the state folder first
  --state DIR   keep state in DIR instead of .dev (also: environment variable STATE_DIR)
  --requests    show every request as it is answered
environment: PORT (8787), DATABASE_URL (a PostgreSQL server to use instead of the embedded one),
  MARKET_CALENDAR (always; or us_equities: shares trade when they do in New York),
  FOUR_EYES (off; or on: money and users wait for a second administrator, whom the demo has then),
  FEED_SOURCE (none; or alpaca, replay: prices of another market, with FEED_URL and others, see docs/feeds.md)`;

/** Reads the options; `root` is the project's folder. Throws StartFailure on an unknown or invalid option. */
export function readOptions(args: readonly string[], env: NodeJS.ProcessEnv, root: string): Options {
  let values: { fresh?: boolean; state?: string; requests?: boolean; help?: boolean };
  try {
    ({ values } = parseArgs({
      args: [...args],
      options: {
        fresh: { type: "boolean" },
        state: { type: "string" },
        requests: { type: "boolean" },
        help: { type: "boolean", short: "h" },
      },
    }));
  } catch (error) {
    throw new StartFailure(`${error instanceof Error ? error.message : String(error)}\n${USAGE}`);
  }
  const portText = env["PORT"] ?? "";
  const port = portText === "" ? 8787 : Number(portText);
  if (!Number.isInteger(port) || port < 1 || port > 65_535) {
    throw new StartFailure(`PORT must be a number from 1 to 65535, not ${JSON.stringify(portText)}.`);
  }
  try {
    // Validated here, because in the workers an unknown name would fail every order.
    calendarNamed(env["MARKET_CALENDAR"]);
  } catch (error) {
    throw new StartFailure(`${error instanceof Error ? error.message : String(error)}.`);
  }
  checkFeed(env);
  const fourEyes = env["FOUR_EYES"] ?? "off";
  if (fourEyes !== "on" && fourEyes !== "off") {
    throw new StartFailure(`FOUR_EYES is "on" or "off", not ${JSON.stringify(fourEyes)}.`);
  }
  const state = values.state ?? env["STATE_DIR"] ?? "";
  const databaseUrl = env["DATABASE_URL"] ?? "";
  return {
    port,
    stateDir: resolve(root, state === "" ? ".dev" : state),
    fresh: values.fresh ?? false,
    databaseUrl: databaseUrl === "" ? null : databaseUrl,
    requests: values.requests ?? false,
    fourEyes: fourEyes === "on",
    help: values.help ?? false,
  };
}

/** Validates the settings of a feed here, because in the workers invalid ones would only be a line of the log. */
function checkFeed(env: NodeJS.ProcessEnv): void {
  const { FEED_SOURCE = "none", FEED_URL = "", FEED_SPEED = "1", FEED_CREDENTIALS = "none" } = env;
  try {
    const unused = { FEED_DATA_URL: "", FEED_NAME: "" };
    feedSettings({ FEED_SOURCE, FEED_URL, FEED_SPEED, FEED_CREDENTIALS, ...unused });
  } catch (error) {
    throw new StartFailure(`${error instanceof Error ? error.message : String(error)}.`);
  }
  if (FEED_SOURCE === "replay" && FEED_URL === "")
    throw new StartFailure("FEED_SOURCE=replay needs the address of a recorded day as FEED_URL.");
}
