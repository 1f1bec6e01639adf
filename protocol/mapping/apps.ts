/** OAuth apps as REST answers. */
import * as z from "zod";
import type { AppEntry, AuthorizedApp } from "../rpc/identity/oauth.ts";
import { appAnswer, letInAnswer } from "../wire/apps.ts";

/** The app object for its developer. */
export function appToWire({
  clientId,
  name,
  redirectUris,
  public: isPublic,
  createdAt,
}: AppEntry): z.infer<typeof appAnswer> {
  const created = new Date(createdAt).toISOString();
  return { client_id: clientId, name, redirect_uris: [...redirectUris], public: isPublic, created_at: created };
}

/** The app object for a user who authorized it. */
export function letInToWire({ clientId, name, scopes, createdAt, usedAt }: AuthorizedApp): z.infer<typeof letInAnswer> {
  const times = { created_at: new Date(createdAt).toISOString(), last_used_at: new Date(usedAt).toISOString() };
  return { client_id: clientId, name, scopes: [...scopes], ...times };
}
