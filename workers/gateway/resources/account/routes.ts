import { Hono } from "hono";
import { openAccountOf } from "../../accounts.ts";
import type { AppEnv } from "../../context.ts";
import { valuedAccount } from "../../prices.ts";
import { resource } from "../../resource.ts";

/** Money and holdings of the caller's account. */
export const accountRoutes = new Hono<AppEnv>();

resource(accountRoutes, "/v2/account", {
  GET: async (c) => c.json(await valuedAccount(c.env, await openAccountOf(c))),
});
