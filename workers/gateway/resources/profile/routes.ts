import { ApiFault, ask, unwrap } from "../../../../protocol/http/apiFault.ts";
import { meToWire } from "../../../../protocol/mapping/sessions.ts";
import { personChange } from "../../../../protocol/wire/privacy.ts";
import { readBody } from "../../../../protocol/http/readRequest.ts";
import { readJson } from "../../body.ts";
import { loginOf } from "../../login.ts";
import { defineResource } from "../../resource.ts";
import { ACCESS } from "./access.ts";

/** Who the caller is, and the fields that a person may change. */
export const profileResource = defineResource("profile", ACCESS, {
  "/v1/me": {
    GET: async (c) => {
      const { credential: id, steppedUpAt, csrfToken = "" } = c.var.caller;
      const me = await ask(() => loginOf(c).loginSessions.me());
      if (!me.ok) throw new ApiFault({ reason: "session_ended" });
      return c.json(meToWire(me.value, { id, steppedUpAt, csrfToken }));
    },
    PATCH: async (c) => {
      const change = unwrap(readBody(personChange, await readJson(c.req.raw)));
      const given = Object.fromEntries(Object.entries(change).filter(([, value]) => value !== undefined));
      return c.json(await ask(() => loginOf(c).privacy.changeDetails(given)));
    },
  },
});
