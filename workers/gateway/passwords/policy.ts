/** Which passwords may be chosen. */
import { COMMON_PASSWORDS } from "./common.ts";

/** ASVS 5.0, 6.2: length is what counts, and the first guesses of every list are no passwords. */
const LENGTH_MIN = 12;
const LENGTH_MAX = 256;

const COMMON: ReadonlySet<string> = new Set(COMMON_PASSWORDS.split(" "));

/** True for 12 to 256 characters that are neither one of the most used passwords nor the e-mail or the name in it. */
export function isAcceptable(password: string, email: string): boolean {
  const length = Array.from(password).length;
  if (length < LENGTH_MIN || length > LENGTH_MAX) return false;
  const text = password.normalize("NFKC").trim().toLowerCase();
  const address = email.trim().toLowerCase();
  return !COMMON.has(text) && text !== address && text !== address.slice(0, address.lastIndexOf("@"));
}
