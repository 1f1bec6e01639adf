/** An exchange for crash tests: on a bare workerd, with a real PostgreSQL, in its own folder. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startTestDatabase } from "../../dev/testing.ts";
import type { TestDatabase } from "../../dev/testing.ts";
import { startExchange } from "../rig/exchange.ts";
import type { RiggedExchange } from "../rig/exchange.ts";

/** Number of kills in a run: few in `npm test`, many in `npm run test:crash`. */
export const KILLS = Number(process.env["CRASH_KILLS"] ?? "4");
/** Seconds over which the kills are spread. */
export const SECONDS = Number(process.env["CRASH_SECONDS"] ?? "4");
/** Updates that the trading streams must have received before a run may end. */
export const EVENTS = Number(process.env["CRASH_EVENTS"] ?? "1000");
/** The seed determines orders and planned faults, not their interleaving. */
export const SEED = Number(process.env["CRASH_SEED"] ?? Date.now() % 1_000_000);

export interface CrashSite {
  readonly database: TestDatabase;
  readonly exchange: RiggedExchange;
  /** Kills the exchange and restarts it at once. */
  crash(): Promise<void>;
  close(): Promise<void>;
}

export async function startCrashSite(): Promise<CrashSite> {
  const dir = mkdtempSync(join(tmpdir(), "exchange-crash-"));
  const database = await startTestDatabase();
  const removeAll = async (): Promise<void> => {
    await database.close();
    rmSync(dir, { recursive: true, force: true });
  };
  try {
    const exchange = await startExchange({ dir, database });
    return {
      database,
      exchange,
      crash: async () => {
        await exchange.kill();
        await exchange.restart();
      },
      close: async () => {
        await exchange.stop();
        await removeAll();
      },
    };
  } catch (error) {
    await removeAll();
    throw error;
  }
}
