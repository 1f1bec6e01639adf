/**
 * The refresh tokens of one grant are a family: each is good once and gives the next. The provider library knows the
 * newest and the one before it, and takes both. Here every token of a family is known again, however old: it carries a tag
 * that is computed from it and a salt of its grant, so nothing of it is kept. One that is not the newest was copied by
 * somebody (RFC 9700, 4.14.2), unless its client has just lost the answer.
 */
import { newSecret } from "../../../protocol/ids/loginRoute.ts";
import { hmacSha256, sha256 } from "../digest.ts";
import { sameText } from "../sessions/refreshTokens.ts";
import type { Tables } from "../tables.ts";
import type { ProviderEntries } from "./providerEntries.ts";

/** How long the token used last may come again, from a client that lost the answer. */
export const REPEAT_MS = 10_000;

/** How long a token without a tag is remembered that was used. */
const SPENT_SECONDS = 30 * 86_400;

/** As the provider library makes it, `<name>:<grant>:<secret>`, and our tag; tokens of earlier releases have none. */
const TOKEN = /^(([^:.]+):([^:.]+):[^:.]+)(?:\.([A-Za-z0-9_-]{43}))?$/;

export interface FamilyToken {
  /** The token as the provider library knows it. */
  readonly bare: string;
  readonly grantId: string;
  readonly tag: string | null;
}

/** What a text says as a refresh token of an app; null when it has not the form of one. */
export function readFamilyToken(text: string | null): FamilyToken | null {
  const [, bare, , grantId, tag] = TOKEN.exec(text ?? "-") ?? [];
  return bare === undefined || grantId === undefined ? null : { bare, grantId, tag: tag ?? null };
}

/** `open`: the newest, or none of ours, which the provider library tells apart. `repeated`: just used. `reused`: an older one. */
export type TokenStatus = "open" | "repeated" | "reused";

export class TokenFamilies {
  readonly #tables: Tables;
  readonly #entries: ProviderEntries;
  readonly #now: () => number;

  constructor(tables: Tables, entries: ProviderEntries, now: () => number) {
    this.#tables = tables;
    this.#entries = entries;
    this.#now = now;
  }

  /** How a token stands. Whoever asks has still to find out who shows it. */
  standing({ bare, grantId, tag }: FamilyToken): TokenStatus {
    const row = this.#tables.row("SELECT * FROM app_grant WHERE grant_id = ?", grantId);
    if (row === undefined) return "open";
    const hash = sha256(bare);
    if (hash === row["newest"]) return "open";
    if (hash === row["previous"] && this.#now() - Number(row["rotated_at"]) <= REPEAT_MS) return "repeated";
    const { salt } = row;
    const tagged = typeof salt === "string" && tag !== null && sameText(tag, tagOf(salt, bare));
    // Tokens of earlier releases have no tag; those that were used are kept for a while.
    const used = hash === row["previous"] || this.#entries.text(`spent:${hash}`) !== null;
    return tagged || used ? "reused" : "open";
  }

  /** A token was used and the provider library has made the next one, or the first of a grant: gives what the client is given. */
  rotated(used: FamilyToken | null, next: FamilyToken): string {
    const { grantId, bare } = next;
    const row = this.#tables.row("SELECT salt FROM app_grant WHERE grant_id = ?", grantId);
    const salt = typeof row?.["salt"] === "string" ? row["salt"] : newSecret();
    this.#tables.write(
      "UPDATE app_grant SET salt = ?, newest = ?, previous = ?, rotated_at = ? WHERE grant_id = ?",
      salt,
      sha256(bare),
      used === null ? null : sha256(used.bare),
      this.#now(),
      grantId,
    );
    if (used?.tag === null) this.#entries.write(`spent:${sha256(used.bare)}`, "true", { expirationTtl: SPENT_SECONDS });
    return `${bare}.${tagOf(salt, bare)}`;
  }
}

/** HMAC-SHA-256 as base64url. */
function tagOf(salt: string, bare: string): string {
  return btoa(String.fromCharCode(...hmacSha256(salt, `refresh token of an app ${bare}`)))
    .replaceAll("+", "-")
    .replaceAll("/", "_")
    .replaceAll("=", "");
}
