/** Which passwords may be chosen. */
import { ApiFault } from "../../../protocol/http/apiFault.ts";
import { COMMON_PASSWORDS } from "./common.ts";
import { isStrong } from "./strength.ts";

/** ASVS 5.0, 6.2: length is what counts, and the first guesses of every list are no passwords. */
const LENGTH_MIN = 12;
const LENGTH_MAX = 256;

const COMMON: ReadonlySet<string> = new Set(COMMON_PASSWORDS.split(" "));

/** What a guesser may know of whose password it is. */
export interface About {
  readonly email: string;
  readonly name?: string | null;
}

/** Ends the request as `weak_password` unless this may be chosen. */
export async function refuseWeak(password: string, about: About): Promise<void> {
  if (!(await isAcceptable(password, about))) throw new ApiFault({ reason: "weak_password" });
}

/**
 * True for 12 to 256 characters without control characters, which no keyboard types, that are not among the first 10^8
 * guesses. They are counted and judged in the form in which a key is derived of them (derive.ts).
 */
export async function isAcceptable(password: string, { email, name }: About): Promise<boolean> {
  const text = password.normalize("NFKC");
  // One character may become many, or several one: either count must be enough.
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
