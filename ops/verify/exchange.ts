/** Client of a verification: reads the running exchange as an administrator. */
import { setTimeout as sleep } from "node:timers/promises";
import * as z from "zod";
import type { Key } from "../../dev/credentials.ts";
import { StartFailure } from "../../dev/failure.ts";
import { httpClient, NoAnswer } from "../../dev/http.ts";
import type { HttpAnswer, HttpClient } from "../../dev/http.ts";

const CONNECTIONS = 16;
const TIMEOUT_MS = 30_000;
/** Attempts of a call, because calls fail for moments while an object moves or starts. */
const TRIES = 5;
const RETRY_MS = 500;
/** How long to wait for an exchange that has answered before and may be restarting. */
const BACK_MS = 60_000;
/** The longest total wait for rate limits. */
const WAIT_MAX_MS = 20 * 60_000;

const Place = z.object({ seq: z.number(), hash: z.string() });
const Journals = z.object({
  journals: z.array(
    z.object({
      shard: z.number(),
      drained: Place.nullable(),
      taken: Place.nullable(),
      broken_at: z.number().nullable(),
    }),
  ),
});
const Checkpoints = z.object({
  checkpoints: z.array(z.object({ shard: z.number(), seq: z.number(), jws: z.string() })),
  keys: z.array(z.record(z.string(), z.string())),
});
const Account = z.object({
  account_id: z.string(),
  events: z.number(),
  cash: z.string(),
  cash_held: z.string(),
  positions: z.array(
    z.object({
      symbol: z.string(),
      qty: z.string(),
      qty_held: z.string(),
      cost_basis: z.string(),
      // Left out by an earlier release.
      tax_lots: z.string().optional(),
    }),
  ),
  open_orders: z.array(
    z.object({
      order_id: z.string(),
      symbol: z.string(),
      side: z.enum(["buy", "sell"]),
      qty: z.string(),
      filled_qty: z.string(),
      limit_price: z.string().nullable(),
      held: z.string(),
      shown: z.boolean().default(true),
    }),
  ),
});
const Resting = z.tuple([z.union([z.number(), z.string()]), z.string(), z.string()]);
const Book = z.object({ bids: z.array(Resting), asks: z.array(Resting) });
const Market = z.object({ calendar: z.string() });
const History = z.object({ gaps: z.array(z.object({ after: z.number(), before: z.number() })).default([]) });
type Gap = z.infer<typeof History>["gaps"][number];

export type Journal = z.infer<typeof Journals>["journals"][number];
export type RunningAccount = z.infer<typeof Account>;
export type RunningBook = z.infer<typeof Book>;

const Assets = z.array(z.object({ symbol: z.string() }));

export type Exchange = ReturnType<typeof openExchange>;

/**
 * Every call rejects with StartFailure when the exchange does not answer or refuses. When it is rate-limited, it waits
 * for Retry-After and calls `say` with a message.
 */
export function openExchange(url: string, admin: Key, say: (sentence: string) => void) {
  const http: HttpClient = httpClient(url, CONNECTIONS, TIMEOUT_MS);
  const headers = { "apca-api-key-id": admin.keyId, "apca-api-secret-key": admin.secret };
  let answered = false;
  let waitedMs = 0;
  let pause: Promise<void> | null = null;

  /** All calls wait, because they share the limit. */
  function waitAsTold(seconds: number): Promise<void> {
    pause ??= (async () => {
      say(`The exchange has had enough requests for now (429) and wants us to wait ${seconds} s: waiting.`);
      await sleep(seconds * 1_000);
      waitedMs += seconds * 1_000;
      pause = null;
    })();
    return pause;
  }

  async function get<T>(path: string, schema: z.ZodType<T>): Promise<T | null> {
    let silentSince: number | null = null;
    for (let tries = 1; ; tries++) {
      const answer = await http.request("GET", path, headers).catch((error: unknown) => error);
      if (answer instanceof NoAnswer) {
        silentSince ??= performance.now();
        if (!answered || performance.now() - silentSince > BACK_MS) {
          throw new StartFailure(`The exchange at ${url} does not answer.`);
        }
        tries = 0;
        await sleep(RETRY_MS);
        continue;
      }
      const { status, body, retryAfter } = answer as HttpAnswer;
      answered = true;
      silentSince = null;
      if (status === 200) return schema.parse(body);
      if (status === 404) return null;
      if (status === 401 || status === 403) {
        throw new StartFailure(`The exchange at ${url} does not take the key for an administrator's.`);
      }
      if (status === 429 && waitedMs < WAIT_MAX_MS) {
        tries--;
        await waitAsTold(Math.max(1, retryAfter ?? 1));
        continue;
      }
      if (tries >= TRIES) throw new StartFailure(`The exchange at ${url} answers ${status} to ${path}.`);
      await sleep(RETRY_MS);
    }
  }

  async function must<T>(path: string, schema: z.ZodType<T>): Promise<T> {
    const answer = await get(path, schema);
    if (answer === null) throw new StartFailure(`The exchange at ${url} has no ${path}: it is another release.`);
    return answer;
  }

  return {
    /** The total wait for rate limits. */
    waitedMs: (): number => waitedMs,
    journals: async (): Promise<Journal[]> => (await must("/v1/audit/journals", Journals)).journals,
    checkpoints: () => must("/v1/audit/checkpoints", Checkpoints),
    /** Null when the account does not exist. */
    account: (accountId: string): Promise<RunningAccount | null> => get(`/v1/audit/accounts/${accountId}`, Account),
    /** Every symbol that was ever listed, delisted ones too. */
    symbols: async (): Promise<string[]> =>
      (await must("/v2/assets?asset_class=us_equity,crypto", Assets)).map(({ symbol }) => symbol),
    /** Whether the market of a symbol has sessions, outside of which orders wait hidden. */
    hasSessions: async (symbol: string): Promise<boolean> => {
      const market = await must(`/v1/admin/symbols/${encodeURIComponent(symbol)}`, Market);
      return market.calendar !== "always";
    },
    book: (symbol: string): Promise<RunningBook> => must(`/v1/books/${encodeURIComponent(symbol)}?view=orders`, Book),
    /** Reads, for clients of further routes: a GET that must succeed, and the bytes of one; null for a 404. */
    must,
    bytes: (path: string) => bytesOf(`${url}${path}`, headers, waitAsTold),
    /** Trades of a symbol that its tapes lack. An exchange of an earlier release does not say. */
    gaps: async (symbol: string): Promise<Gap[]> =>
      (await get(`/v1/history/${encodeURIComponent(symbol)}`, History))?.gaps ?? [],
    close: () => http.close(),
  };
}

/** The bytes of a file; null for a 404. Waits as often as it is rate-limited. */
async function bytesOf(
  address: string,
  headers: Readonly<Record<string, string>>,
  wait: (seconds: number) => Promise<void>,
): Promise<Uint8Array | null> {
  for (;;) {
    const answer = await fetch(address, { headers, signal: AbortSignal.timeout(TIMEOUT_MS) });
    if (answer.ok) return new Uint8Array(await answer.arrayBuffer());
    await answer.body?.cancel();
    if (answer.status === 404) return null;
    if (answer.status !== 429) throw new StartFailure(`The exchange answers ${answer.status} to ${address}.`);
    await wait(Math.max(1, Number(answer.headers.get("Retry-After") ?? 1)));
  }
}
