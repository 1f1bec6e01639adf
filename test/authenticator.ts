/** A passkey in software: makes and signs what a browser's authenticator would (WebAuthn 3, 6 and 7), and what a cheat would. */

const RP_ID = "exchange.test";
const ORIGIN = "https://exchange.test";
export const SITE = { rpId: RP_ID, origin: ORIGIN };

/** Flags of authenticator data. */
const UP = 0x01;
const UV = 0x04;
const AT = 0x40;

/** What an honest authenticator would not do. */
export interface Cheats {
  readonly origin?: string;
  readonly rpId?: string;
  readonly unverified?: boolean;
  readonly absent?: boolean;
  readonly counter?: number;
  readonly id?: string;
  readonly userHandle?: string;
  readonly type?: string;
  readonly key?: CryptoKey;
}

type Bytes = Uint8Array<ArrayBuffer>;

export class Authenticator {
  readonly #keys: CryptoKeyPair;
  readonly #id: Bytes;
  counter = 0;
  userHandle = "";

  private constructor(keys: CryptoKeyPair, id: Bytes) {
    this.#keys = keys;
    this.#id = id;
  }

  static async create(): Promise<Authenticator> {
    const keys = await crypto.subtle.generateKey({ name: "ECDSA", namedCurve: "P-256" }, true, ["sign", "verify"]);
    if (!("privateKey" in keys)) throw new Error("not a pair of keys");
    return new Authenticator(keys, crypto.getRandomValues(new Uint8Array(32)));
  }

  get id(): string {
    return base64url(this.#id);
  }

  get key(): CryptoKey {
    return this.#keys.privateKey;
  }

  /** The answer to creation options. */
  async register(options: Readonly<Record<string, unknown>>, cheats: Cheats = {}) {
    const { challenge, user } = options as { challenge: string; user: { id: string } };
    this.userHandle = user.id;
    const key = await this.#coseKey();
    const credential = concat([new Uint8Array(16), uint16(this.#id.length), this.#id, key]);
    const authData = concat([await this.#data(AT, cheats), credential]);
    const attestation = cborMap([
      [cborText("fmt"), cborText("none")],
      [cborText("attStmt"), cborMap([])],
      [cborText("authData"), cborBytes(authData)],
    ]);
    return {
      ...this.#named(cheats),
      response: {
        clientDataJSON: clientData(cheats.type ?? "webauthn.create", challenge, cheats),
        attestationObject: base64url(attestation),
        transports: ["internal"],
      },
    };
  }

  /** The answer to request options. */
  async sign(options: { readonly challenge: string }, cheats: Cheats = {}) {
    this.counter++;
    const data = await this.#data(0, cheats);
    const client = clientData(cheats.type ?? "webauthn.get", options.challenge, cheats);
    const hash = new Uint8Array(await crypto.subtle.digest("SHA-256", fromBase64url(client)));
    const signature = await crypto.subtle.sign(
      { name: "ECDSA", hash: "SHA-256" },
      cheats.key ?? this.#keys.privateKey,
      concat([data, hash]),
    );
    return {
      ...this.#named(cheats),
      response: {
        clientDataJSON: client,
        authenticatorData: base64url(data),
        signature: base64url(derOf(new Uint8Array(signature))),
        userHandle: cheats.userHandle ?? this.userHandle,
      },
    };
  }

  #named({ id = this.id }: Cheats) {
    return { id, rawId: id, type: "public-key" as const };
  }

  async #data(flags: number, { rpId = RP_ID, unverified, absent, counter = this.counter }: Cheats): Promise<Bytes> {
    const hash = new Uint8Array(await crypto.subtle.digest("SHA-256", new TextEncoder().encode(rpId)));
    const all = flags | (absent === true ? 0 : UP) | (unverified === true ? 0 : UV);
    const count = new Uint8Array(4);
    new DataView(count.buffer).setUint32(0, counter);
    return concat([hash, new Uint8Array([all]), count]);
  }

  /** kty EC2, alg ES256, crv P-256, x, y (RFC 9053, 7.1.1). */
  async #coseKey(): Promise<Bytes> {
    const jwk = await crypto.subtle.exportKey("jwk", this.#keys.publicKey);
    if (jwk instanceof ArrayBuffer) throw new Error("not a JWK");
    const { x = "", y = "" } = jwk;
    return cborMap([
      [new Uint8Array([0x01]), new Uint8Array([0x02])],
      [new Uint8Array([0x03]), new Uint8Array([0x26])],
      [new Uint8Array([0x20]), new Uint8Array([0x01])],
      [new Uint8Array([0x21]), cborBytes(fromBase64url(x))],
      [new Uint8Array([0x22]), cborBytes(fromBase64url(y))],
    ]);
  }
}

function clientData(type: string, challenge: string, { origin = ORIGIN }: Cheats): string {
  return base64url(new TextEncoder().encode(JSON.stringify({ type, challenge, origin, crossOrigin: false })));
}

export function base64url(bytes: Uint8Array): string {
  const text = btoa(String.fromCharCode(...bytes));
  return text.replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}

export function fromBase64url(text: string): Bytes {
  return Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (letter) => letter.charCodeAt(0));
}

function concat(parts: readonly Uint8Array[]): Bytes {
  return Uint8Array.from(parts.flatMap((part) => [...part]));
}

function uint16(value: number): Bytes {
  return new Uint8Array([value >> 8, value & 255]);
}

function cborText(text: string): Bytes {
  return concat([new Uint8Array([0x60 | text.length]), new TextEncoder().encode(text)]);
}

function cborBytes(bytes: Uint8Array): Bytes {
  const { length } = bytes;
  return concat([
    length < 256 ? new Uint8Array([0x58, length]) : concat([new Uint8Array([0x59]), uint16(length)]),
    bytes,
  ]);
}

function cborMap(entries: readonly (readonly [Uint8Array, Uint8Array])[]): Bytes {
  return concat([new Uint8Array([0xa0 | entries.length]), ...entries.flat()]);
}

/** An ECDSA signature as authenticators give it: a DER sequence of two integers. */
function derOf(raw: Uint8Array): Bytes {
  const integer = (bytes: Uint8Array): Bytes => {
    const from = bytes.findIndex((byte) => byte !== 0);
    const short = bytes.subarray(from < 0 ? bytes.length - 1 : from);
    const padded = (short[0] ?? 0) > 127 ? concat([new Uint8Array([0]), short]) : short;
    return concat([new Uint8Array([0x02, padded.length]), padded]);
  };
  const body = concat([integer(raw.subarray(0, 32)), integer(raw.subarray(32))]);
  return concat([new Uint8Array([0x30, body.length]), body]);
}
