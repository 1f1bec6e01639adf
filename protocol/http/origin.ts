import { withoutHiddenCharacters } from "../wire/hiddenCharacters.ts";
import type { Origin } from "../../domain/account/state/events.ts";

const USER_AGENT_MAX = 256;
const IP_TEXT = /^[0-9A-Fa-f.:]{2,45}$/;

/** Address and user agent of a request, for the audit record. The platform sets the address. */
export function originOf(headers: Pick<Headers, "get">, requestId: string): Origin {
  const ip = headers.get("CF-Connecting-IP") ?? "";
  return {
    requestId,
    ip: IP_TEXT.test(ip) ? ip : "",
    userAgent: withoutHiddenCharacters((headers.get("User-Agent") ?? "").slice(0, USER_AGENT_MAX)),
  };
}

/**
 * The network of an address, for limits: an IPv4 address, or the first half of an IPv6 address, because one customer
 * controls the other half. Other text is returned unchanged.
 */
export function networkOf(ip: string): string {
  if (!ip.includes(":")) return ip;
  // An IPv4 address within IPv6.
  if (ip.includes(".")) return ip.slice(ip.lastIndexOf(":") + 1);
  const [head = "", tail] = ip.toLowerCase().split("::");
  const groups = head.split(":").filter((group) => group !== "");
  const after = tail === undefined ? [] : tail.split(":").filter((group) => group !== "");
  const zeros = Array.from({ length: Math.max(0, 8 - groups.length - after.length) }, () => "0");
  const first = [...groups, ...zeros, ...after].slice(0, 4);
  return `${first.map((group) => group.replace(/^0+(?=.)/, "")).join(":")}::/64`;
}
