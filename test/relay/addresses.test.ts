/** Keys that may be used from some addresses only, at the first frame of streams. */
import { expect, it, vi } from "vitest";
import { freshRelay } from "./fakes.ts";
import { open, PATIENCE, RIGHT } from "./subscriber.ts";

const TIED = { ...RIGHT, secret: "tied" };

it("ID-72: a key is checked against the socket's address, although it was valid from another one before", async () => {
  const relay = freshRelay();
  const from = async (path: string, ip: string) => {
    const viewer = await open(relay, path, "json", { "CF-Connecting-IP": ip });
    viewer.say(TIED);
    return viewer;
  };
  const [data, trading] = [await from("/v2/iex", "192.0.2.1"), await from("/stream", "192.0.2.1")];
  await data.sees([{ T: "success", msg: "authenticated" }]);
  await trading.sees({ stream: "authorization", data: { status: "authorized", action: "authenticate" } });
  for (const path of ["/v2/iex", "/stream"]) {
    const stranger = await from(path, "192.0.2.2");
    await vi.waitFor(() => expect(stranger.closed()).toMatchObject({ code: 1008 }), PATIENCE);
    expect(JSON.stringify(stranger.frames)).not.toMatch(/"authenticated"|"authorized"/);
  }
});
