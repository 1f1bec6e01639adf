import { afterEach, expect, test, vi } from "vitest";
import { app, env } from "./fakes.ts";

afterEach(() => void vi.useRealTimers());

const ask = (contact?: string): Promise<Response> =>
  Promise.resolve(
    app.request(
      "https://elsewhere.test/.well-known/security.txt",
      {},
      { ...env(), ...(contact === undefined ? {} : { SECURITY_CONTACT: contact }) },
    ),
  );

/** The fields of a file of RFC 9116, by name. */
async function fieldsOf(answer: Response): Promise<Map<string, string>> {
  const lines = (await answer.text()).trimEnd().split("\n");
  return new Map(lines.map((line) => [line.slice(0, line.indexOf(": ")), line.slice(line.indexOf(": ") + 2)]));
}

test("GW-11: security.txt names the configured contact and its own address, whatever host was asked", async () => {
  const answer = await ask("mailto:security@exchange.test");
  expect(answer.status).toBe(200);
  expect(answer.headers.get("Content-Type")?.toLowerCase()).toBe("text/plain; charset=utf-8");
  const fields = await fieldsOf(answer);
  expect([...fields.keys()]).toEqual(["Contact", "Expires", "Preferred-Languages", "Canonical"]);
  expect(fields.get("Contact")).toBe("mailto:security@exchange.test");
  expect(fields.get("Canonical")).toBe("https://exchange.test/.well-known/security.txt");
});

test("GW-11: it expires half a year later, and is the same all day", async () => {
  vi.useFakeTimers({ toFake: ["Date"] });
  const ends: string[] = [];
  for (const now of ["2026-02-28T00:00:00Z", "2026-02-28T23:59:59Z", "2027-08-01T12:00:00Z"]) {
    vi.setSystemTime(new Date(now));
    const end = (await fieldsOf(await ask("https://exchange.test/security"))).get("Expires") ?? "";
    const days = (Date.parse(end) - Date.parse(now)) / 86_400_000;
    expect(days).toBeGreaterThan(178);
    expect(days).toBeLessThan(365);
    ends.push(end);
  }
  expect(ends).toEqual(["2026-08-27T00:00:00.000Z", "2026-08-27T00:00:00.000Z", "2028-01-28T00:00:00.000Z"]);
});

test("GW-11: without a contact there is none", async () => {
  for (const contact of [undefined, ""]) expect((await ask(contact)).status).toBe(404);
});
