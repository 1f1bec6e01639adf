/** Recovery codes, for a user who has lost the second factor. */
import { randomBytes } from "node:crypto";
import { sha256 } from "../digest.ts";
import type { Tables } from "../tables.ts";

const CODES = 10;
/** 16 × 5 bits: 80 random bits, so that a plain SHA-256 is safe to store. */
const LENGTH = 16;
const BASE32 = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

export class RecoveryCodes {
  readonly #tables: Tables;

  constructor(tables: Tables) {
    this.#tables = tables;
  }

  /** The number of unused codes. */
  get left(): number {
    return Number(this.#tables.row("SELECT count(*) AS n FROM recovery_code")?.["n"] ?? 0);
  }

  /** Creates ten new codes, which are shown once; earlier ones are no longer valid. */
  make(): string[] {
    const codes = Array.from({ length: CODES }, newCode);
    this.#tables.transaction(() => {
      this.remove();
      for (const code of codes) this.#tables.write("INSERT INTO recovery_code VALUES (?)", sha256(normalized(code)));
    });
    return codes;
  }

  /** Whether the code is valid. It is used up. */
  use(code: string): boolean {
    const digest = sha256(normalized(code));
    if (this.#tables.row("SELECT 1 FROM recovery_code WHERE sha256 = ?", digest) === undefined) return false;
    this.#tables.write("DELETE FROM recovery_code WHERE sha256 = ?", digest);
    return true;
  }

  remove(): void {
    this.#tables.write("DELETE FROM recovery_code");
  }
}

/** Four groups of four characters. */
function newCode(): string {
  const text = Array.from(randomBytes(LENGTH), (byte) => BASE32.charAt(byte % BASE32.length)).join("");
  return text.replace(/(.{4})(?=.)/g, "$1-");
}

/** The code without separators, in upper case. */
function normalized(code: string): string {
  return code.normalize("NFKC").replace(/[\s-]/g, "").toUpperCase();
}
