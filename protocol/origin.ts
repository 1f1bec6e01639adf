import type { Origin } from "./rpc.ts";

const USER_AGENT_MAX = 256;
const IP_TEXT = /^[0-9A-Fa-f.:]{2,45}$/;

/** Where a request came from, for the audit record. The platform sets the address; a client cannot. */
export function originOf(headers: Pick<Headers, "get">, requestId: string): Origin {
  const ip = headers.get("CF-Connecting-IP") ?? "";
  return {
    requestId,
    ip: IP_TEXT.test(ip) ? ip : "",
    userAgent: (headers.get("User-Agent") ?? "").slice(0, USER_AGENT_MAX),
  };
}
