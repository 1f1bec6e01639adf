import { ApiFault } from "../../../../protocol/http/apiFault.ts";
import { transfersToWire } from "../../../../protocol/mapping/wallets.ts";
import type { WireWalletTransfer } from "../../../../protocol/wire/wallets.ts";
import { walletsQuery } from "../../../../protocol/wire/wallets.ts";
import { accountOf } from "../../accounts.ts";
import type { AppContext } from "../../context.ts";
import { queryOf } from "../../query.ts";
import { defineResource } from "../../resource.ts";
import { ACCESS } from "./access.ts";

/** Most deposits, and most withdrawals, of a list; each is the newest ones. */
const EACH_MAX = 500;

/**
 * Alpaca's wallets. Nothing is moved on a chain here, so there are no addresses; the list of transfers has the deposits and
 * withdrawals of the account.
 */
export const walletsResource = defineResource("wallets", ACCESS, {
  "/v2/wallets": {
    GET: (c) => {
      if (queryOf(c, walletsQuery).asset !== undefined) throw noChain();
      return c.json([]);
    },
  },

  "/v2/wallets/transfers": {
    GET: async (c) => c.json(await transfersOf(c)),
    POST: () => {
      throw noChain();
    },
  },

  "/v2/wallets/transfers/:id": {
    GET: async (c) => {
      const id = c.req.param("id");
      const found = (await transfersOf(c)).find((transfer) => transfer.id === id.toLowerCase());
      if (found === undefined) throw new ApiFault({ reason: "transfer_not_found", transferId: id.slice(0, ID_LENGTH) });
      return c.json(found);
    },
  },

  "/v2/wallets/whitelists": {
    GET: (c) => c.json([]),
    POST: () => {
      throw noChain();
    },
  },

  "/v2/wallets/whitelists/:id": {
    DELETE: () => {
      throw noChain();
    },
  },

  "/v2/wallets/fees/estimate": {
    GET: () => {
      throw noChain();
    },
  },
});

const ID_LENGTH = 36;

function noChain(): ApiFault {
  return new ApiFault({ reason: "no_chain_transfers" });
}

async function transfersOf(c: AppContext): Promise<WireWalletTransfer[]> {
  const account = accountOf(c);
  const filter = { afterMicros: null, untilMicros: null, direction: "desc", limit: EACH_MAX, pageToken: null } as const;
  const page = await account.activities({ ...filter, types: ["CSD", "JNLS"] });
  if ("unknown" in page) throw new Error("a page from the start has no token");
  return transfersToWire(page.activities, await account.withdrawals(null, EACH_MAX));
}
