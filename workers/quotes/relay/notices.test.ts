import { expect, test } from "vitest";
import { SEEDED } from "../../../domain/market/listing.ts";
import { eachChannel } from "../../../protocol/stream/channels.ts";
import { onMessage } from "./session.ts";
import type { StreamSession } from "./streamSession.ts";

const OPEN: StreamSession = {
  stream: "trading",
  codec: "json",
  openedAt: 0,
  accountId: "acc-1",
  principal: { userId: "acc-1", accountId: "acc-1", roles: ["trader"] },
  channels: eachChannel(() => []),
  resumes: false,
  listening: false,
  origin: null,
  lease: null,
  malformed: 0,
};
const ON: StreamSession = { ...OPEN, listening: true, lease: "relay-0/lease" };
const silent = { stream: "listening", data: { streams: [] } };

test("WS-30: listens to notices beside or without order updates, in a set that is replaced or reduced", () => {
  const both = { action: "listen", data: { streams: ["watchlist_updates", "trade_updates"] } };
  const notices = ["watchlist_updates"] as const;
  expect(onMessage(OPEN, both, SEEDED).effects).toMatchObject([{ kind: "listen", notices }]);
  const alone = onMessage(ON, { action: "listen", data: { streams: ["watchlist_updates"] } }, SEEDED);
  expect(alone).toMatchObject({
    session: { listening: false, notices },
    replies: [{ stream: "listening", data: { streams: notices } }],
    effects: [{ kind: "unlisten" }, { kind: "subscribe_account" }],
  });
  const without = { action: "unlisten", data: { streams: ["trade_updates"] } };
  expect(onMessage({ ...ON, notices }, without, SEEDED)).toMatchObject({ session: { listening: false, notices } });
  const less = { action: "unlisten", data: { streams: ["watchlist_updates"] } };
  expect(onMessage({ ...ON, notices }, less, SEEDED).effects).toMatchObject([{ kind: "listen", notices: [] }]);
  expect(onMessage(alone.session, less, SEEDED)).toMatchObject({ session: { notices: [] }, replies: [silent] });
});
