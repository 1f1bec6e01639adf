/** The policy for new passwords. */
import { ApiFault } from "../../../protocol/http/apiFault.ts";
import { COMMON_PASSWORDS } from "./common.ts";
import { isStrong } from "./strength.ts";

/** ASVS 5.0, 6.2: a minimum length, and no common passwords. */
const LENGTH_MIN = 12;
const LENGTH_MAX = 256;

const COMMON: ReadonlySet<string> = new Set(COMMON_PASSWORDS.split(" "));

/** What an attacker may know about the person. */
export interface About {
  readonly email: string;
  readonly name?: string | null;
}

/** Ends the request as `weak_password` unless the policy allows the password. */
export async function refuseWeak(password: string, about: About): Promise<void> {
  if (!(await isAcceptable(password, about))) throw new ApiFault({ reason: "weak_password" });
}

/**
 * True for a password of 12 to 256 characters without control characters that takes more than 10^8 guesses. It is
 * checked in the form that the key is derived from (derive.ts).
 */
export async function isAcceptable(password: string, { email, name }: About): Promise<boolean> {
  const text = password.normalize("NFKC");
  // Normalization may change the number of characters: both counts must be within the limits.
  const lengths = [password, text].map((form) => Array.from(form).length);
  if (Math.min(...lengths) < LENGTH_MIN || Math.max(...lengths) > LENGTH_MAX) return false;
  if (/\p{Cc}/u.test(text) || !text.isWellFormed()) return false;
  if (COMMON.has(text.trim().toLowerCase())) return false;
  const at = email.lastIndexOf("@");
  const about = [
    email,
    email.slice(0, at),
    email.slice(at + 1),
    ...(name === undefined || name === null ? [] : [name]),
  ];
  return isStrong(text, about);
}
