import { identityObject } from "../../../../durable-objects/actor/namespaces.ts";
import { ask, unwrap } from "../../../../protocol/http/apiFault.ts";
import { touchQuery } from "../../../../protocol/wire/privacy.ts";
import { readQuery } from "../../../../protocol/http/readRequest.ts";
import { defineResource } from "../../resource.ts";
import { usersAfter } from "../../users.ts";
import { ACCESS } from "./access.ts";

/** Rewraps data encryption keys with the current key-encryption key. */
export const vaultsResource = defineResource("vaults", ACCESS, {
  /** Moves a page of users to the current key-encryption key. After the last page the previous key may be dropped. */
  "/v1/admin/vaults/touch": {
    POST: async (c) => {
      const { after, limit } = unwrap(readQuery(touchQuery, new URL(c.req.url).searchParams));
      const users = await usersAfter(c, after, limit);
      await Promise.all(users.map(({ route }) => ask(() => identityObject(c.env, route).privacy.rewrapKeys())));
      return c.json({ touched: users.length, next: users.length < limit ? null : users.at(-1)?.userId });
    },
  },
});
