import { Hono } from "hono";
import { findAsset } from "../../../protocol/assets.ts";
import { accountOf } from "../accounts.ts";
import type { AppContext, AppEnv } from "../context.ts";
import type { AccountView } from "../../../protocol/rpc.ts";
import { ApiFault } from "../../../protocol/fault.ts";
import { valuedAccount, valuedPositions } from "../prices.ts";
import { resource } from "../resource.ts";

/** Money and holdings of the caller's account. */
export const accountRoutes = new Hono<AppEnv>();

resource(accountRoutes, "/v2/account", {
  GET: async (c) => c.json(await valuedAccount(c.env, await viewOf(c))),
});

resource(accountRoutes, "/v2/positions", {
  GET: async (c) => {
    const view = await viewOf(c);
    return c.json(await valuedPositions(c.env, view, view.positions));
  },
});

resource(accountRoutes, "/v2/positions/:asset", {
  GET: async (c) => {
    const instrument = findAsset(c.req.param("asset"));
    const view = await viewOf(c);
    const asked = view.positions.filter(({ symbol }) => symbol === instrument?.symbol);
    const [position] = await valuedPositions(c.env, view, asked);
    if (position === undefined) throw new ApiFault({ reason: "position_not_found" });
    return c.json(position);
  },
});

async function viewOf(c: AppContext): Promise<AccountView> {
  const view = await accountOf(c).summary();
  if (view === null) throw new ApiFault({ reason: "account_not_found" });
  return view;
}
