import { Hono } from "hono";
import type { AppEnv } from "../context.ts";
import { openapi } from "../openapi.ts";
import { resource } from "../resource.ts";

/** About the service itself; open to everybody. */
export const systemRoutes = new Hono<AppEnv>();

resource(systemRoutes, "/v1/health", {
  GET: (c) => c.json({ status: "ok" }),
});

resource(systemRoutes, "/v1/openapi.json", {
  GET: (c) => c.json(openapi),
});
