import { ApiFault, ask, unwrap } from "../../../../protocol/http/apiFault.ts";
import { readBody } from "../../../../protocol/http/readRequest.ts";
import type { StoredWorkspaces } from "../../../../protocol/rpc/identity/workspaces.ts";
import { WORKSPACE_BYTES_MAX, type WireWorkspaces, workspacesRequest } from "../../../../protocol/wire/workspaces.ts";
import { readJson } from "../../body.ts";
import { loginOf } from "../../login.ts";
import { defineResource } from "../../resource.ts";
import { ACCESS } from "./access.ts";

/** The layouts of the caller's terminal, which its devices share. */
export const workspacesResource = defineResource("workspaces", ACCESS, {
  "/v1/workspaces": {
    GET: async (c) => c.json(toWire(await ask(() => loginOf(c).workspaces.read()))),
    PUT: async (c) => {
      const { version, document } = unwrap(readBody(workspacesRequest, await readJson(c.req.raw, WORKSPACE_BYTES_MAX)));
      const stored = await ask(() => loginOf(c).workspaces.write(version, JSON.stringify(document)));
      if (stored === null) throw new ApiFault({ reason: "workspace_changed" });
      return c.json(toWire(stored));
    },
  },
});

function toWire({ version, document, updatedAt }: StoredWorkspaces): WireWorkspaces {
  return {
    version,
    document: document === null ? null : (JSON.parse(document) as WireWorkspaces["document"]),
    updated_at: updatedAt === null ? null : new Date(updatedAt).toISOString(),
  };
}
