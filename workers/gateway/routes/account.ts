import { Hono } from "hono";
import { positionToWire } from "../../../protocol/accounts.ts";
import { findAsset } from "../../../protocol/assets.ts";
import { accountOf } from "../accounts.ts";
import type { AppContext, AppEnv } from "../context.ts";
import type { AccountView, PositionView } from "../../../protocol/rpc.ts";
import { ApiFault } from "../../../protocol/fault.ts";
import { pricesOf, valuedAccount } from "../prices.ts";
import { resource } from "../resource.ts";

/** Money and holdings of the caller's account. */
export const accountRoutes = new Hono<AppEnv>();

resource(accountRoutes, "/v2/account", {
  GET: async (c) => c.json(await valuedAccount(c.env, await viewOf(c))),
});

resource(accountRoutes, "/v2/positions", {
  GET: async (c) => c.json(await valued(c, (await viewOf(c)).positions)),
});

resource(accountRoutes, "/v2/positions/:asset", {
  GET: async (c) => {
    const instrument = findAsset(c.req.param("asset"));
    const { positions } = await viewOf(c);
    const [position] = await valued(
      c,
      positions.filter(({ symbol }) => symbol === instrument?.symbol),
    );
    if (position === undefined) throw new ApiFault({ reason: "position_not_found" });
    return c.json(position);
  },
});

async function viewOf(c: AppContext): Promise<AccountView> {
  const view = await accountOf(c).summary();
  if (view === null) throw new ApiFault({ reason: "account_not_found" });
  return view;
}

async function valued(c: AppContext, positions: readonly PositionView[]) {
  const prices = await pricesOf(c.env, positions);
  return positions.map((position) => positionToWire(position, prices.get(position.symbol) ?? 0));
}
