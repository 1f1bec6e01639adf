import fc from "fast-check";
import { expect, test } from "vitest";
import { inIpRange, isIpRange } from "./ipRanges.ts";

const octets = fc.array(fc.integer({ min: 0, max: 255 }), { minLength: 4, maxLength: 4 });
const groups = fc.array(fc.integer({ min: 0, max: 0xffff }), { minLength: 8, maxLength: 8 });
const v4 = (bytes: readonly number[]): string => bytes.join(".");
const v6 = (words: readonly number[]): string => words.map((word) => word.toString(16)).join(":");

/** Plain arithmetic on arrays of bits: the meaning of CIDR, independent of how the matcher computes it. */
const bitsOf = (values: readonly number[], width: number): string =>
  values.map((value) => value.toString(2).padStart(width, "0")).join("");
const masked = (values: readonly number[], width: number, prefix: number): number[] => {
  const bits = bitsOf(values, width)
    .slice(0, prefix)
    .padEnd(values.length * width, "0");
  return values.map((_, at) => Number.parseInt(bits.slice(at * width, (at + 1) * width), 2));
};

test("ID-72: an IPv4 address is in a range when it shares the prefix, also in its IPv6 forms", () => {
  fc.assert(
    fc.property(octets, octets, fc.integer({ min: 0, max: 32 }), fc.boolean(), (a, b, prefix, near) => {
      // Near: an address that differs only behind some bit, so that both answers are common.
      const ip = near ? a.map((byte, at) => (at === 3 ? (b[3] ?? 0) : byte)) : b;
      const network = masked(a, 8, prefix);
      const within = bitsOf(ip, 8).slice(0, prefix) === bitsOf(a, 8).slice(0, prefix);
      expect(inIpRange(v4(ip), `${v4(network)}/${prefix}`)).toBe(within);
      expect(inIpRange(`::ffff:${v4(ip)}`, `${v4(network)}/${prefix}`)).toBe(within);
      expect(inIpRange(v4(ip), `::FFFF:${v4(network)}/${prefix + 96}`)).toBe(within);
      const hex = [0, 0, 0, 0, 0, 0xffff, (ip[0] ?? 0) * 256 + (ip[1] ?? 0), (ip[2] ?? 0) * 256 + (ip[3] ?? 0)];
      expect(inIpRange(v6(hex), `${v4(network)}/${prefix}`)).toBe(within);
      expect(isIpRange(`${v4(a)}/${prefix}`)).toBe(v4(network) === v4(a));
    }),
  );
});

test("ID-72: an IPv6 address is in a range when it shares the prefix; no IPv4 address is", () => {
  fc.assert(
    fc.property(groups, groups, octets, fc.integer({ min: 0, max: 128 }), fc.boolean(), (a, b, ip4, prefix, near) => {
      const ip = near ? a.map((word, at) => (at === 7 ? (b[7] ?? 0) : word)) : b;
      const mapped = (words: readonly number[]): boolean => words.slice(0, 6).join() === "0,0,0,0,0,65535";
      fc.pre(!mapped(ip) && !mapped(masked(a, 16, prefix)));
      const range = `${v6(masked(a, 16, prefix))}/${prefix}`;
      const within = bitsOf(ip, 16).slice(0, prefix) === bitsOf(a, 16).slice(0, prefix);
      expect(inIpRange(v6(ip), range)).toBe(within);
      expect(inIpRange(v6(ip).toUpperCase(), range)).toBe(within);
      expect(inIpRange(v4(ip4), range)).toBe(false);
    }),
  );
});

test("ID-72: a run of zeros may be abbreviated", () => {
  fc.assert(
    fc.property(groups, fc.integer({ min: 0, max: 7 }), fc.integer({ min: 1, max: 8 }), (words, from, length) => {
      const zeroed = words.map((word, at) => (at >= from && at < from + length ? 0 : word));
      const short = `${v6(zeroed.slice(0, from))}::${v6(zeroed.slice(from + length))}`;
      expect(inIpRange(short, v6(zeroed))).toBe(true);
    }),
  );
});

test("ID-72: text that is no address or no network is refused, and is in no range", () => {
  const wrong = [
    "",
    " ",
    "/",
    "/8",
    "1.2.3",
    "1.2.3.4.5",
    "256.1.1.1",
    "01.2.3.4",
    "1.2.3.4 ",
    "0x1.2.3.4",
    "-1.2.3.4",
    "1.2.3.4/",
    "1.2.3.4/33",
    "1.2.3.4/08",
    "1.2.3.4/-1",
    "1.2.3.4/8/8",
    "1.2.3.4/32x",
    "10.0.0.1/8",
    ":",
    ":::",
    "1::2::3",
    "1:2:3:4:5:6:7",
    "1:2:3:4:5:6:7:8:9",
    "1:2:3:4:5:6:7::8",
    "12345::",
    "g::",
    "fe80::1%1",
    "::/129",
    "1::/0",
    "2001:db8::1/64",
    "1.2.3.4::",
    "::1.2.3.4:5",
    "::1.2.3",
    "::ffff:1.2.3.4/95",
    "*",
    "all",
  ];
  for (const text of wrong) {
    expect(isIpRange(text), text).toBe(false);
    expect(inIpRange(text, "0.0.0.0/0") || inIpRange(text, "::/0"), text).toBe(false);
    expect(inIpRange("1.2.3.4", text) || inIpRange("::1", text), text).toBe(false);
  }
  fc.assert(fc.property(fc.string(), fc.string(), (ip, range) => !inIpRange(ip, range) || isIpRange(range)));
});
