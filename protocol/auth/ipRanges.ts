/** Ranges of internet addresses in CIDR notation (RFC 4632, RFC 4291), and which addresses are in them. */

/** The bits of an address. An IPv4 address within IPv6 (::ffff:0:0/96) is that IPv4 address. */
interface Address {
  readonly family: 4 | 6;
  readonly bits: bigint;
}

interface Range extends Address {
  /** The number of leading bits that an address must share. */
  readonly prefix: number;
}

const OCTET = /^(?:0|[1-9]\d{0,2})$/;
const GROUP = /^[0-9a-f]{1,4}$/i;
const PREFIX = /^(?:0|[1-9]\d{0,2})$/;
const WIDTH = { 4: 32, 6: 128 } as const;
/** The leading 96 bits of an IPv4 address that is written as an IPv6 one. */
const MAPPED = 0xffffn;

/** True for an address, or for a network without host bits: `10.0.0.1/8` is probably a typing error. */
export function isIpRange(text: string): boolean {
  return readRange(text) !== null;
}

/** True when the address is in the range. False for text that is no address or no range. */
export function inIpRange(ip: string, range: string): boolean {
  const address = readAddress(ip);
  const read = readRange(range);
  if (address === null || read === null || address.family !== read.family) return false;
  const shift = BigInt(WIDTH[read.family] - read.prefix);
  return address.bits >> shift === read.bits >> shift;
}

function readRange(text: string): Range | null {
  const [ip = "", prefixText, ...more] = text.split("/");
  const address = readAddress(ip);
  if (address === null || more.length > 0) return null;
  if (prefixText === undefined) return { ...address, prefix: WIDTH[address.family] };
  if (!PREFIX.test(prefixText)) return null;
  // The prefix counts the bits of the written form.
  const prefix = Number(prefixText) - (address.family === 4 && ip.includes(":") ? 96 : 0);
  const width = WIDTH[address.family];
  if (prefix < 0 || prefix > width) return null;
  const host = BigInt(width - prefix);
  return (address.bits >> host) << host === address.bits ? { ...address, prefix } : null;
}

function readAddress(text: string): Address | null {
  if (!text.includes(":")) {
    const bits = readIpv4(text);
    return bits === null ? null : { family: 4, bits };
  }
  const bits = readIpv6(text);
  if (bits === null) return null;
  return bits >> 32n === MAPPED ? { family: 4, bits: bits & 0xffff_ffffn } : { family: 6, bits };
}

/** Dotted decimal without leading zeros, which some parsers read as octal. */
function readIpv4(text: string): bigint | null {
  const octets = text.split(".");
  if (octets.length !== 4 || !octets.every((octet) => OCTET.test(octet) && Number(octet) <= 255)) return null;
  return octets.reduce((bits, octet) => (bits << 8n) | BigInt(octet), 0n);
}

/** RFC 4291, 2.2: eight groups, one run of zeros as `::`, the last 32 bits perhaps dotted. No zone. */
function readIpv6(text: string): bigint | null {
  const halves = text.split("::");
  if (halves.length > 2) return null;
  const parts = halves.map((half) => (half === "" ? [] : half.split(":")));
  const [front, back] = [readGroups(parts[0] ?? [], parts.length === 1), readGroups(parts[1] ?? [], true)];
  if (front === null || back === null) return null;
  const missing = 8 - front.length - back.length;
  if (parts.length === 1 ? missing !== 0 : missing < 1) return null;
  const groups = [...front, ...new Array<bigint>(missing).fill(0n), ...back];
  return groups.reduce((bits, group) => (bits << 16n) | group, 0n);
}

function readGroups(parts: readonly string[], dottedEnd: boolean): bigint[] | null {
  const groups: bigint[] = [];
  for (const [at, part] of parts.entries()) {
    const dotted = dottedEnd && at === parts.length - 1 && part.includes(".") ? readIpv4(part) : null;
    if (dotted !== null) groups.push(dotted >> 16n, dotted & 0xffffn);
    else if (GROUP.test(part)) groups.push(BigInt(`0x${part}`));
    else return null;
  }
  return groups;
}
