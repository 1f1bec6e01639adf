import { Hono } from "hono";
import type { AppEnv } from "../context.ts";
import { resource } from "../resource.ts";

/** About the service itself; open to everybody. */
export const systemRoutes = new Hono<AppEnv>();

resource(systemRoutes, "/v1/health", {
  GET: (c) => c.json({ status: "ok" }),
});
