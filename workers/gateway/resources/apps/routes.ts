import { appToWire, letInToWire } from "../../../../protocol/mapping/apps.ts";
import { newApp } from "../../../../protocol/wire/apps.ts";
import { ApiFault, ask, unwrap } from "../../../../protocol/http/apiFault.ts";
import { readBody } from "../../../../protocol/http/readRequest.ts";
import { readJson } from "../../body.ts";
import { loginOf } from "../../login.ts";
import { defineResource } from "../../resource.ts";
import { ACCESS } from "./access.ts";

/** Apps: those that a login has registered, and those that it has authorized. */
export const appsResource = defineResource("apps", ACCESS, {
  "/v1/apps": {
    GET: async (c) => c.json({ apps: (await ask(() => loginOf(c).registeredApps.list())).map(appToWire) }),
    POST: async (c) => {
      const asked = unwrap(readBody(newApp, await readJson(c.req.raw)));
      const made = await ask(() => loginOf(c).registeredApps.register(asked.name, asked.redirect_uris, asked.public));
      const { app, secret } = unwrap(made);
      return c.json({ ...appToWire(app), ...(secret === null ? {} : { client_secret: secret }) }, 201);
    },
  },

  "/v1/apps/:id": {
    DELETE: async (c) => {
      if (!(await ask(() => loginOf(c).registeredApps.remove(c.req.param("id")))))
        throw new ApiFault({ reason: "no_such_app" });
      return c.body(null, 204);
    },
  },

  "/v1/auth/apps": {
    GET: async (c) => c.json({ apps: (await ask(() => loginOf(c).authorizedApps.list())).map(letInToWire) }),
  },

  "/v1/auth/apps/:id": {
    DELETE: async (c) => {
      if (!(await ask(() => loginOf(c).authorizedApps.revoke(c.req.param("id")))))
        throw new ApiFault({ reason: "no_such_app" });
      return c.body(null, 204);
    },
  },
});
