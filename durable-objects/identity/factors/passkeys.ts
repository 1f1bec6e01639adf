/** The passkeys of a login (WebAuthn 3): a second factor, or a sign-in without a password. */
import type { LoginRoute } from "../../../domain/ids.ts";
import type { PasskeyEntry } from "../../../protocol/rpc/identity/mfa.ts";
import type {
  CreationOptions,
  PasskeyAssertion,
  PasskeyAttestation,
  PasskeyRequest,
  Site,
} from "../../../protocol/wire/passkeys.ts";
import { newSecret } from "../../../protocol/ids/loginRoute.ts";
import type { PasskeyChallenges } from "./passkeyChallenges.ts";
import type { Profile } from "../profile.ts";
import type { Tables } from "../tables.ts";

const NAME = "Edge Exchange";
/** Passkeys of one login. */
export const PASSKEYS_MAX = 20;
/** Algorithms that authenticators support: EdDSA, ES256, RS256 (COSE). */
const ALGORITHMS = [-8, -7, -257];
/** Characters of base64url: 132 random bits. The whole user handle is shorter than 64 bytes. */
const HANDLE_LENGTH = 22;

/**
 * Loads the WebAuthn library at the first passkey: with its certificate parsers it takes longer to start than most of
 * this worker, which runs order books and must restart quickly.
 */
async function library() {
  const [server, helpers] = await Promise.all([
    import("@simplewebauthn/server"),
    import("@simplewebauthn/server/helpers"),
  ]);
  return { ...server, ...helpers };
}
type Library = Awaited<ReturnType<typeof library>>;

/** The result of a registration. */
export type Registered = "registered" | "refused" | "too_many";

export class Passkeys {
  readonly #tables: Tables;
  readonly #profile: Profile;
  readonly #challenges: PasskeyChallenges;
  /** The name of the login's object. */
  readonly #route: LoginRoute;
  readonly #now: () => number;

  constructor(tables: Tables, profile: Profile, challenges: PasskeyChallenges, route: LoginRoute, now: () => number) {
    this.#tables = tables;
    this.#profile = profile;
    this.#challenges = challenges;
    this.#route = route;
    this.#now = now;
  }

  get enrolled(): boolean {
    return this.#tables.row("SELECT 1 FROM passkey") !== undefined;
  }

  list(): PasskeyEntry[] {
    return this.#tables.rows("SELECT * FROM passkey ORDER BY created_at, id").map((row) => ({
      id: String(row["id"]),
      label: this.#profile.vault().decrypt(String(row["label"])),
      createdAt: Number(row["created_at"]),
      usedAt: typeof row["used_at"] === "number" ? row["used_at"] : null,
      backedUp: row["backed_up"] === 1,
    }));
  }

  /** The options to create a passkey, for the user of this session. */
  async registration(sessionId: string, site: Site): Promise<CreationOptions> {
    const { generateRegistrationOptions, isoBase64URL, isoUint8Array } = await library();
    const email = this.#profile.email();
    const options = await generateRegistrationOptions({
      rpName: NAME,
      rpID: site.rpId,
      userName: email,
      userDisplayName: email,
      userID: isoUint8Array.fromUTF8String(this.#handle()),
      challenge: isoBase64URL.toBuffer(this.#challenges.open(`register ${sessionId}`)),
      excludeCredentials: this.#descriptors(),
      authenticatorSelection: { residentKey: "preferred", userVerification: "required" },
      supportedAlgorithmIDs: ALGORITHMS,
    });
    return { ...options };
  }

  /** Adds a new passkey to the login. */
  async register(sessionId: string, response: PasskeyAttestation, label: string, site: Site): Promise<Registered> {
    const lib = await library();
    const { clientDataJSON, attestationObject, transports = [] } = response.response;
    const made = await read(() => {
      if (!isPlain(response, lib)) throw new Error("an attestation that was not asked for");
      return lib.verifyRegistrationResponse({
        response: { ...response, response: { clientDataJSON, attestationObject }, clientExtensionResults: {} },
        expectedChallenge: (challenge) => this.#challenges.take(`register ${sessionId}`, challenge),
        expectedOrigin: site.origin,
        expectedRPID: site.rpId,
        supportedAlgorithmIDs: ALGORITHMS,
      });
    });
    if (made?.verified !== true) return "refused";
    const { credential, credentialBackedUp } = made.registrationInfo;
    return this.#tables.transaction(() => {
      const count = Number(this.#tables.row("SELECT count(*) AS n FROM passkey")?.["n"]);
      if (count >= PASSKEYS_MAX) return "too_many";
      if (this.#tables.row("SELECT 1 FROM passkey WHERE id = ?", credential.id) !== undefined) return "refused";
      this.#tables.write(
        `INSERT INTO passkey (id, public_key, counter, transports, label, backed_up, created_at)
         VALUES (?, ?, ?, ?, ?, ?, ?)`,
        credential.id,
        lib.isoBase64URL.fromBuffer(credential.publicKey),
        credential.counter,
        transports.join(" "),
        this.#profile.vault().encrypt(label),
        credentialBackedUp ? 1 : 0,
        this.#now(),
      );
      return "registered";
    });
  }

  /** False when there is no such passkey. */
  remove(id: string): boolean {
    if (this.#tables.row("SELECT 1 FROM passkey WHERE id = ?", id) === undefined) return false;
    this.#tables.write("DELETE FROM passkey WHERE id = ?", id);
    return true;
  }

  /** The options to sign `challenge` (base64url) with a passkey of this login. */
  request(challenge: string): PasskeyRequest {
    return { challenge, credentials: this.#descriptors() };
  }

  /** Whether a passkey of this login has signed a challenge that `accepts` accepts. */
  async verify(response: PasskeyAssertion, accepts: (challenge: string) => boolean, site: Site): Promise<boolean> {
    const found = this.#tables.row("SELECT * FROM passkey WHERE id = ?", response.id);
    if (found === undefined) return false;
    const lib = await library();
    const publicKey = lib.isoBase64URL.toBuffer(String(found["public_key"]));
    const counter = Number(found["counter"]);
    const { clientDataJSON, authenticatorData, signature } = response.response;
    const signed = await read(() =>
      lib.verifyAuthenticationResponse({
        response: {
          ...response,
          response: { clientDataJSON, authenticatorData, signature },
          clientExtensionResults: {},
        },
        expectedChallenge: accepts,
        expectedOrigin: site.origin,
        expectedRPID: site.rpId,
        credential: { id: response.id, publicKey, counter },
      }),
    );
    if (signed?.verified !== true) return false;
    return this.#count(response.id, signed.authenticationInfo.newCounter);
  }

  /** Whether a passkey of this login signs in by itself, without a name or a password. */
  async signIn(response: PasskeyAssertion, site: Site): Promise<boolean> {
    const handle = response.response.userHandle;
    if (typeof handle !== "string" || textOf(handle) !== this.#storedHandle()) return false;
    let signed = "";
    const fresh = (challenge: string): boolean => {
      signed = challenge;
      return this.#challenges.isFresh(challenge);
    };
    if (!(await this.verify(response, fresh, site))) return false;
    // While the signature was verified the same challenge may have been accepted.
    return this.#tables.transaction(() => {
      if (!this.#challenges.isFresh(signed)) return false;
      this.#challenges.use(signed);
      return true;
    });
  }

  /** Stores a passkey's signature counter. False when it has not grown: the passkey was cloned. */
  #count(id: string, counter: number): boolean {
    return this.#tables.transaction(() => {
      const stored = this.#tables.row("SELECT counter FROM passkey WHERE id = ?", id)?.["counter"];
      if (typeof stored !== "number" || ((counter > 0 || stored > 0) && counter <= stored)) return false;
      this.#tables.write("UPDATE passkey SET counter = ?, used_at = ? WHERE id = ?", counter, this.#now(), id);
      return true;
    });
  }

  #descriptors(): { id: string; transports: string[] }[] {
    return this.#tables.rows("SELECT id, transports FROM passkey ORDER BY created_at, id").map((row) => ({
      id: String(row["id"]),
      transports: String(row["transports"])
        .split(" ")
        .filter((transport) => transport !== ""),
    }));
  }

  /** The user handle that authenticators store: it contains the route, by which the login is found. */
  #handle(): string {
    const stored = this.#storedHandle();
    if (stored !== null) return stored;
    const handle = `${this.#route}.${newSecret().slice(0, HANDLE_LENGTH)}`;
    this.#tables.write("INSERT INTO passkey_user (id, handle) VALUES (1, ?)", handle);
    return handle;
  }

  #storedHandle(): string | null {
    const found = this.#tables.row("SELECT handle FROM passkey_user");
    return found === undefined ? null : String(found["handle"]);
  }
}

/**
 * Whether an attestation has no certificates: we request none, and a certificate can make the WebAuthn library fetch
 * addresses of the client's choice.
 */
function isPlain({ response }: PasskeyAttestation, lib: Library): boolean {
  const attestation = lib.decodeAttestationObject(lib.isoBase64URL.toBuffer(response.attestationObject));
  const format = attestation.get("fmt");
  return format === "none" || (format === "packed" && attestation.get("attStmt").get("x5c") === undefined);
}

/** The WebAuthn library's result; null when it refuses the response by throwing. */
async function read<T>(verify: () => Promise<T>): Promise<T | null> {
  try {
    return await verify();
  } catch {
    return null;
  }
}

/** From base64url; our user handles are ASCII. */
function textOf(base64url: string): string {
  return atob(base64url.replaceAll("-", "+").replaceAll("_", "/"));
}
