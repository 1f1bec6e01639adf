/** Events of the audit trail, as the console reads them. */
import type * as z from "zod";
import type {
  wireAudited,
  wireAuditEvent,
  wireCheckpoints,
  wireJournals,
  wireVerification,
} from "../../../../protocol/wire/audit.ts";
import { csvText } from "../../format/csv.ts";
import { saveFile } from "../../format/download.ts";

/** An event as JSON has it: its time is a text. */
export type TrailEvent = Omit<z.infer<typeof wireAuditEvent>, "at"> & { readonly at: string };
export interface TrailPage {
  readonly events: readonly TrailEvent[];
  readonly next: string | null;
}
export type Checkpoints = z.infer<typeof wireCheckpoints>;
export type Journals = z.infer<typeof wireJournals>;
export type Verification = z.infer<typeof wireVerification>;
export type Audited = z.infer<typeof wireAudited>;

/** What is searched for; empty texts are left out. */
export interface TrailQuery {
  readonly account_id: string;
  readonly order_id: string;
  readonly actor_id: string;
  readonly action: string;
  /** As a field of the browser has them, in the user's time zone. */
  readonly since: string;
  readonly until: string;
}

export const EMPTY_QUERY: TrailQuery = { account_id: "", order_id: "", actor_id: "", action: "", since: "", until: "" };

/** The path of a search. */
export function searchPath(query: TrailQuery, limit: number, next: string | null = null): string {
  const parts = new URLSearchParams();
  for (const [name, value] of Object.entries(query) as [keyof TrailQuery, string][]) {
    const text = value.trim();
    if (text === "") continue;
    parts.set(name, name === "since" || name === "until" ? new Date(text).toISOString() : text);
  }
  parts.set("limit", String(limit));
  if (next !== null) parts.set("next", next);
  return `/v1/audit/events?${parts.toString()}`;
}

/** The order of an event; null for events of accounts. */
export function orderOf({ resource }: TrailEvent): string | null {
  return resource.startsWith("order/") ? resource.slice("order/".length) : null;
}

const COLUMNS = [
  "at",
  "shard",
  "seq",
  "action",
  "resource",
  "result",
  "account_id",
  "user_id",
  "request_id",
  "event_id",
  "hash",
] as const;

/** Events as CSV, with their facts as JSON. */
export function eventsCsv(events: readonly TrailEvent[]): string {
  const rows = events.map((event) => [
    ...COLUMNS.map((name) => String(event[name] ?? "")),
    event.actor?.user_id ?? "",
    event.actor?.credential_kind ?? "",
    JSON.stringify(event.body),
  ]);
  return csvText([...COLUMNS, "actor", "credential_kind", "facts"], rows);
}

/** Saves what was read as it is. */
export function saveJson(name: string, value: unknown): void {
  saveFile(name, new Blob([JSON.stringify(value, null, 2)], { type: "application/json" }));
}

/** The facts of a signed checkpoint, as its JWS has them. */
export interface SignedHead {
  readonly shard: number;
  readonly seq: number;
  readonly hash: string;
  readonly at: number | string;
  readonly kid: string;
}

const jsonOf = (part: string): Record<string, unknown> =>
  JSON.parse(new TextDecoder().decode(bytesOf(part))) as Record<string, unknown>;

function bytesOf(base64url: string): Uint8Array<ArrayBuffer> {
  const text = atob(base64url.replaceAll("-", "+").replaceAll("_", "/"));
  return Uint8Array.from(text, (letter) => letter.charCodeAt(0));
}

/** Reads a compact JWS; null when it is none. */
export function signedHead(jws: string): SignedHead | null {
  try {
    const [header = "", payload = ""] = jws.split(".");
    const { kid } = jsonOf(header);
    const { shard, seq, hash, at } = jsonOf(payload);
    return {
      shard: Number(shard),
      seq: Number(seq),
      hash: String(hash),
      at: typeof at === "number" ? at : String(at),
      kid: String(kid),
    };
  } catch {
    return null;
  }
}

/** Whether a checkpoint is signed by one of these keys (ES256). */
export async function isSignedBy(jws: string, keys: readonly Readonly<Record<string, string>>[]): Promise<boolean> {
  const [header = "", payload = "", signature = ""] = jws.split(".");
  const jwk = keys.find(({ kid }) => kid === signedHead(jws)?.kid);
  if (jwk === undefined) return false;
  const algorithm = { name: "ECDSA", namedCurve: "P-256" };
  const { kty, crv, x, y } = jwk as JsonWebKey;
  const key = await crypto.subtle.importKey("jwk", { kty, crv, x, y } as JsonWebKey, algorithm, false, ["verify"]);
  const signed = new TextEncoder().encode(`${header}.${payload}`);
  return crypto.subtle.verify({ name: "ECDSA", hash: "SHA-256" }, key, bytesOf(signature), signed);
}
