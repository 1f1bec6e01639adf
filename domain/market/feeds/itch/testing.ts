/**
 * An encoder of ITCH 5.0 for tests. Its table is that of the specification: offset, length and kind of each field. It
 * shares nothing with the parser.
 */
/** `i` integer, `a` text. */
export const SPECIFICATION: Readonly<Record<string, string>> = {
  S: "event:11:1:a",
  R:
    "stock:11:8:a marketCategory:19:1:a financialStatus:20:1:a roundLotSize:21:4:i roundLotsOnly:25:1:a " +
    "issueClassification:26:1:a issueSubType:27:2:a authenticity:29:1:a shortSaleThreshold:30:1:a ipoFlag:31:1:a " +
    "luldTier:32:1:a etpFlag:33:1:a etpLeverage:34:4:i inverse:38:1:a",
  H: "stock:11:8:a state:19:1:a reserved:20:1:a reason:21:4:a",
  Y: "stock:11:8:a action:19:1:a",
  L: "mpid:11:4:a stock:15:8:a primary:23:1:a mode:24:1:a state:25:1:a",
  V: "level1:11:8:i level2:19:8:i level3:27:8:i",
  W: "level:11:1:a",
  K: "stock:11:8:a releaseTime:19:4:i qualifier:23:1:a price:24:4:i",
  J: "stock:11:8:a reference:19:4:i upper:23:4:i lower:27:4:i extension:31:4:i",
  h: "stock:11:8:a market:19:1:a action:20:1:a",
  A: "ref:11:8:i side:19:1:a shares:20:4:i stock:24:8:a price:32:4:i",
  F: "ref:11:8:i side:19:1:a shares:20:4:i stock:24:8:a price:32:4:i mpid:36:4:a",
  E: "ref:11:8:i shares:19:4:i match:23:8:i",
  C: "ref:11:8:i shares:19:4:i match:23:8:i printable:31:1:a price:32:4:i",
  X: "ref:11:8:i shares:19:4:i",
  D: "ref:11:8:i",
  U: "ref:11:8:i newRef:19:8:i shares:27:4:i price:31:4:i",
  P: "ref:11:8:i side:19:1:a shares:20:4:i stock:24:8:a price:32:4:i match:36:8:i",
  Q: "shares:11:8:i stock:19:8:a price:27:4:i match:31:8:i cross:39:1:a",
  B: "match:11:8:i",
  I:
    "paired:11:8:i imbalance:19:8:i direction:27:1:a stock:28:8:a far:36:4:i near:40:4:i reference:44:4:i " +
    "cross:48:1:a variation:49:1:a",
  N: "stock:11:8:a interest:19:1:a",
  O:
    "stock:11:8:a openEligible:19:1:a lowest:20:4:i highest:24:4:i near:28:4:i nearTime:32:8:i lowerCollar:40:4:i " +
    "upperCollar:44:4:i",
};

const HEAD = "locate:1:2:i tracking:3:2:i timestamp:5:6:i";

export interface SpecifiedField {
  readonly name: string;
  readonly offset: number;
  readonly length: number;
  readonly kind: string;
}

/** The fields of a message type after its type. */
export function specifiedFields(type: string): SpecifiedField[] {
  return `${HEAD} ${SPECIFICATION[type]}`.split(" ").map((field) => {
    const [name = "", offset, length, kind = ""] = field.split(":");
    return { name, offset: Number(offset), length: Number(length), kind };
  });
}

/** The bytes of a message; fields that are left out are 0 or spaces. */
export function encodeItch(type: string, values: Readonly<Record<string, string | number | bigint>>): Uint8Array {
  const fields = specifiedFields(type);
  const bytes = new Uint8Array(Math.max(...fields.map(({ offset, length }) => offset + length)));
  bytes[0] = type.charCodeAt(0);
  for (const { name, offset, length, kind } of fields) {
    const value = values[name];
    if (kind === "a") {
      const text = String(value ?? "").padEnd(length);
      for (let nth = 0; nth < length; nth++) bytes[offset + nth] = text.charCodeAt(nth);
    } else {
      let left = BigInt(value ?? 0);
      for (let nth = length - 1; nth >= 0; nth--, left >>= 8n) bytes[offset + nth] = Number(left & 0xffn);
    }
  }
  return bytes;
}

/** A file of these messages: each after its length, and the end. */
export function itchFile(messages: readonly Uint8Array[]): Uint8Array {
  const parts = messages.flatMap((bytes) => [Uint8Array.of(bytes.length >> 8, bytes.length & 0xff), bytes]);
  const file = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 2));
  let at = 0;
  for (const part of parts) {
    file.set(part, at);
    at += part.length;
  }
  return file;
}
