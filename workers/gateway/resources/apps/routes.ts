/** Apps: those that a login has registered, and those that it has let in. */
import { Hono } from "hono";
import { identityObject } from "../../../../durable-objects/actor/namespaces.ts";
import { appToWire, letInToWire } from "../../../../protocol/mapping/apps.ts";
import { newApp } from "../../../../protocol/wire/apps.ts";
import { ApiFault, ask, wellFormed } from "../../../../protocol/http/apiFault.ts";
import { readBody } from "../../../../protocol/http/readRequest.ts";
import type { IdentityRpc } from "../../../../protocol/rpc/identity.ts";
import { readJson } from "../../body.ts";
import type { AppContext, AppEnv } from "../../context.ts";
import { known } from "../../unwrap.ts";
import { resource } from "../../resource.ts";

export const appRoutes = new Hono<AppEnv>();

resource(appRoutes, "/v1/apps", {
  GET: async (c) => c.json({ apps: (await ask(() => loginOf(c).apps())).map(appToWire) }),
  POST: async (c) => {
    const asked = wellFormed(readBody(newApp, await readJson(c.req.raw)));
    const made = await ask(() => loginOf(c).registerApp(asked.name, asked.redirect_uris, asked.public));
    const { app, secret } = known(made);
    return c.json({ ...appToWire(app), ...(secret === null ? {} : { client_secret: secret }) }, 201);
  },
});

resource(appRoutes, "/v1/apps/:id", {
  DELETE: async (c) => {
    if (!(await ask(() => loginOf(c).removeApp(c.req.param("id"))))) throw new ApiFault({ reason: "no_such_app" });
    return c.body(null, 204);
  },
});

resource(appRoutes, "/v1/auth/apps", {
  GET: async (c) => c.json({ apps: (await ask(() => loginOf(c).letInApps())).map(letInToWire) }),
});

resource(appRoutes, "/v1/auth/apps/:id", {
  DELETE: async (c) => {
    if (!(await ask(() => loginOf(c).showOut(c.req.param("id"))))) throw new ApiFault({ reason: "no_such_app" });
    return c.body(null, 204);
  },
});

function loginOf(c: AppContext): IdentityRpc {
  return identityObject(c.env, c.var.caller.route);
}
