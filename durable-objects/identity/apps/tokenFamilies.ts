/**
 * The refresh tokens of one grant are a family: each is used once and replaced by the next. The provider library
 * accepts the newest token and the one before it. This class recognizes every token of a family, however old, by a tag
 * that is computed from the token and a salt of its grant, so that no token is stored. A token that is not the newest
 * was copied (RFC 9700, 4.14.2), unless its client has just lost the response.
 */
import { newSecret } from "../../../protocol/ids/loginRoute.ts";
import { hmacSha256, sha256 } from "../digest.ts";
import { sameText } from "../sessions/refreshTokens.ts";
import type { Tables } from "../tables.ts";
import type { ProviderEntries } from "./providerEntries.ts";

/** How long the token used last may be repeated, by a client that lost the response. */
export const REPEAT_MS = 10_000;

/** How long a used token without a tag is remembered. */
const SPENT_SECONDS = 30 * 86_400;

/**
 * The provider library's token, `<name>:<grant>:<secret>`, and our tag, which tokens of earlier releases do not have.
 */
const TOKEN = /^(([^:.]+):([^:.]+):[^:.]+)(?:\.([A-Za-z0-9_-]{43}))?$/;

export interface FamilyToken {
  /** The token as the provider library knows it. */
  readonly bare: string;
  readonly grantId: string;
  readonly tag: string | null;
}

/** Parses a refresh token of an app; null when the text has another form. */
export function readFamilyToken(text: string | null): FamilyToken | null {
  const [, bare, , grantId, tag] = TOKEN.exec(text ?? "-") ?? [];
  return bare === undefined || grantId === undefined ? null : { bare, grantId, tag: tag ?? null };
}

/**
 * `open`: the newest token, or a foreign one, which the provider library refuses. `repeated`: used just now. `reused`:
 * older.
 */
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

  /** The status of a token. The caller has to authenticate the client. */
  standing({ bare, grantId, tag }: FamilyToken): TokenStatus {
    const row = this.#tables.row("SELECT * FROM app_grant WHERE grant_id = ?", grantId);
    if (row === undefined) return "open";
    const hash = sha256(bare);
    if (hash === row["newest"]) return "open";
    if (hash === row["previous"] && this.#now() - Number(row["rotated_at"]) <= REPEAT_MS) return "repeated";
    const { salt } = row;
    const tagged = typeof salt === "string" && tag !== null && sameText(tag, tagOf(salt, bare));
    // Tokens of earlier releases have no tag; used ones are remembered for a while.
    const used = hash === row["previous"] || this.#entries.text(`spent:${hash}`) !== null;
    return tagged || used ? "reused" : "open";
  }

  /** The provider library has issued the first token of a grant, or the next one. Returns the token with its tag. */
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
