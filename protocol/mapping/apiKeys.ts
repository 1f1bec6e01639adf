/** API keys as REST answers. */
import * as z from "zod";
import type { KeyView } from "../rpc/identity/apiKeys.ts";
import { keyWire } from "../wire/apiKeys.ts";

/** The API key object. */
export function keyToWire(key: KeyView): z.infer<typeof keyWire> {
  const time = (at: number | null): string | null => (at === null ? null : new Date(at).toISOString());
  return {
    key_id: key.keyId,
    name: key.name,
    account_id: key.accountId,
    scopes: [...key.scopes],
    allowed_ips: [...key.allowedIps],
    expires_at: time(key.expiresAt),
    created_at: new Date(key.createdAt).toISOString(),
    last_used_at: time(key.lastUsedAt),
    last_used_ip: key.lastUsedIp,
  };
}
