/** Keys that may be used from some addresses only, at the first frame of streams. */
import { expect, it, vi } from "vitest";
import { freshRelay } from "./fakes.ts";
import { open, WAIT_OPTIONS, RIGHT } from "./subscriber.ts";

const TIED = { ...RIGHT, secret: "tied" };

it("ID-72: a key is checked against the socket's address, although it was valid from another one before", async () => {
  const relay = freshRelay();
  const from = async (path: string, ip: string) => {
    const subscriber = await open(relay, path, "json", { "CF-Connecting-IP": ip });
    subscriber.say(TIED);
    return subscriber;
  };
  const [data, trading] = [await from("/v2/iex", "192.0.2.1"), await from("/stream", "192.0.2.1")];
  await data.sees([{ T: "success", msg: "authenticated" }]);
  await trading.sees({ stream: "authorization", data: { status: "authorized", action: "authenticate" } });
  for (const path of ["/v2/iex", "/stream"]) {
    const elsewhere = await from(path, "192.0.2.2");
    await vi.waitFor(() => expect(elsewhere.closed()).toMatchObject({ code: 1008 }), WAIT_OPTIONS);
    expect(JSON.stringify(elsewhere.frames)).not.toMatch(/"authenticated"|"authorized"/);
  }
});
