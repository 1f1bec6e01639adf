/**
 * Routes of logins. The name of a login's object is its route: a digest of the email, so that object names contain no
 * personal data. Each API key id contains the route of its login, so that one call checks a key.
 */
import type { LoginRoute } from "../../domain/ids.ts";

export const BASE32 = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
const BASE64URL = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

/** 20 × 5 bits of a SHA-256: collisions need some 2^50 logins. */
export const ROUTE_LENGTH = 20;
/** A route as part of a regular expression. Routes of the EU have a digit before the digest (residency.ts). */
export const ROUTE_TEXT = `8?[A-Z2-7]{${ROUTE_LENGTH}}`;
const KEY_SUFFIX_LENGTH = 6;
/** 40 × 6 bits: 240 bits of entropy, so that its plain SHA-256 can be stored safely. */
const SECRET_LENGTH = 40;

/**
 * Codes and refresh tokens of apps; refresh tokens have a tag at their end
 * (durable-objects/identity/apps/tokenFamilies.ts).
 */
const APP_TOKEN = new RegExp(`^(${ROUTE_TEXT}):[A-Za-z0-9_-]{16}:[A-Za-z0-9_-]{32}(?:\\.[A-Za-z0-9_-]{43})?$`);
const ROUTE = new RegExp(`^${ROUTE_TEXT}$`);
const KEY_ID = new RegExp(`^PK(${ROUTE_TEXT})[A-Z2-7]{${KEY_SUFFIX_LENGTH}}$`);

const utf8 = new TextEncoder();

/** Normalises an email: no outer spaces, lower case. */
export function normaliseEmail(email: string): string {
  return email.trim().toLowerCase();
}

/** The name of the object that owns a login. */
export async function routeOfEmail(email: string): Promise<string> {
  const bytes = utf8.encode(normaliseEmail(email));
  return base32(new Uint8Array(await crypto.subtle.digest("SHA-256", bytes)), ROUTE_LENGTH);
}

/** The name of the object of an external identity: a digest of issuer and subject. */
export async function routeOfExternal(issuer: string, subject: string): Promise<string> {
  // Encoded as JSON, so that no other pair gives the same text, and no email does.
  const bytes = utf8.encode(JSON.stringify([issuer, subject]));
  return base32(new Uint8Array(await crypto.subtle.digest("SHA-256", bytes)), ROUTE_LENGTH);
}

/**
 * The alias (in tokens of earlier releases: the route) at the beginning of an app's code or refresh token; null when
 * malformed.
 */
export function routeOfAppToken(token: string): string | null {
  return APP_TOKEN.exec(token)?.[1] ?? null;
}

/** True for text in the form of a route. */
export function isRoute(text: string): boolean {
  return ROUTE.test(text);
}

/** The route in an API key id; null when it is malformed. */
export function routeOfKeyId(keyId: string): string | null {
  return KEY_ID.exec(keyId)?.[1] ?? null;
}

/**
 * The cache key of an authenticated API key. A digest, so that the secret does not stay in memory; with the address,
 * because a key may be limited to addresses.
 */
export async function digestOfKey(keyId: string, secret: string, ip: string): Promise<string> {
  const bytes = utf8.encode(`${keyId}:${ip}:${secret}`);
  return String.fromCharCode(...new Uint8Array(await crypto.subtle.digest("SHA-256", bytes)));
}

/** A new random API key id of a login. The login checks that it is unique. */
export function newKeyId(route: LoginRoute): string {
  return `PK${route}${randomText(BASE32, KEY_SUFFIX_LENGTH)}`;
}

/** A new random API key secret. */
export function newSecret(): string {
  return randomText(BASE64URL, SECRET_LENGTH);
}

/**
 * Random letters of `alphabet`. Its length must be a power of two up to 256, so that every letter is equally likely.
 */
export function randomText(alphabet: string, length: number): string {
  const bytes = crypto.getRandomValues(new Uint8Array(length));
  return Array.from(bytes, (byte) => alphabet.charAt(byte % alphabet.length)).join("");
}

function base32(bytes: Uint8Array, length: number): string {
  let text = "";
  let bits = 0;
  let pending = 0;
  for (const byte of bytes) {
    pending = (pending << 8) | byte;
    bits += 8;
    while (bits >= 5) {
      bits -= 5;
      text += BASE32.charAt((pending >>> bits) & 31);
    }
    pending &= (1 << bits) - 1;
  }
  return text.slice(0, length);
}
