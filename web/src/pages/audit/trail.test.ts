import { describe, expect, test } from "vitest";
import { EMPTY_QUERY, eventsCsv, isSignedBy, orderOf, searchPath, signedHead, type TrailEvent } from "./trail.ts";

const EVENT: TrailEvent = {
  shard: 1,
  seq: 7,
  event_id: "e",
  at: "2026-11-30T12:00:00.000Z",
  user_id: "u",
  account_id: "a",
  action: "order.filled",
  resource: "order/o1",
  result: "ok",
  actor: { user_id: null, credential_kind: "system", credential_id: "" },
  request_id: "=cmd",
  ip_address: "",
  user_agent: "",
  body: { note: 'a "b", c' },
  before: null,
  after: null,
  hash: "ff",
};

describe("the trail in the console", () => {
  test("UI-160: a search sends what was filled in, with times in UTC", () => {
    expect(searchPath(EMPTY_QUERY, 50)).toBe("/v1/audit/events?limit=50");
    const query = { ...EMPTY_QUERY, account_id: " a ", since: "2026-11-30T12:00:00Z" };
    expect(searchPath(query, 5, "1.2.3")).toBe(
      "/v1/audit/events?account_id=a&since=2026-11-30T12%3A00%3A00.000Z&limit=5&next=1.2.3",
    );
  });

  test("UI-161: events are CSV that a spreadsheet takes for text", () => {
    const [head, row] = eventsCsv([EVENT]).split("\r\n");
    expect(head?.split(",").slice(0, 4)).toEqual(["at", "shard", "seq", "action"]);
    expect(row).toContain(",'=cmd,");
    expect(row).toContain('"{""note"":""a \\""b\\"", c""}"');
    expect(orderOf(EVENT)).toBe("o1");
  });

  test("UI-162: a checkpoint is checked with the key that it names", async () => {
    const algorithm = { name: "ECDSA", namedCurve: "P-256" };
    const { publicKey, privateKey } = await crypto.subtle.generateKey(algorithm, true, ["sign", "verify"]);
    const part = (value: object): string => Buffer.from(JSON.stringify(value)).toString("base64url");
    const text = `${part({ alg: "ES256", kid: "k1" })}.${part({ shard: 0, seq: 9, hash: "ab", at: 1 })}`;
    const signing = { name: "ECDSA", hash: "SHA-256" };
    const signature = await crypto.subtle.sign(signing, privateKey, new TextEncoder().encode(text));
    const jws = `${text}.${Buffer.from(signature).toString("base64url")}`;
    const { kty, crv, x, y } = await crypto.subtle.exportKey("jwk", publicKey);
    const key = { kid: "k1", kty: kty ?? "", crv: crv ?? "", x: x ?? "", y: y ?? "" };
    expect(signedHead(jws)).toEqual({ shard: 0, seq: 9, hash: "ab", at: 1, kid: "k1" });
    expect(await isSignedBy(jws, [key])).toBe(true);
    expect(await isSignedBy(jws.replace("}.", "}!"), [])).toBe(false);
    const other = `${text.slice(0, -4)}AAAA.${Buffer.from(signature).toString("base64url")}`;
    expect(await isSignedBy(other, [key])).toBe(false);
    expect(signedHead("x")).toBeNull();
  });
});
