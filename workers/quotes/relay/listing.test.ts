import { describe, expect, it } from "vitest";
import { assetOf } from "../../../domain/market/asset.ts";
import { InstrumentList } from "../../../domain/market/instruments.ts";
import { requireInstrument, SEEDED } from "../../../domain/market/listing.ts";
import { onAuthenticationResult, onMessage, openSession } from "./session.ts";
import { topicsOf } from "./subscribers.ts";

/** A session of the data stream that is authenticated. */
function ready() {
  const origin = { requestId: "r-1", ip: "::1", userAgent: "test" };
  const principal = { userId: "u-1", accountId: "acc-1", roles: ["trader" as const] };
  const { session } = openSession({ stream: "data", codec: "json", origin }, 1_000);
  return onAuthenticationResult(session, { principal, credential: { route: "R", id: "k-1" } }).session;
}

describe("instruments that are listed at run time", () => {
  const ZED = { ...requireInstrument("AAPL"), ...assetOf("ZED"), version: 1 };
  const known = new InstrumentList([...SEEDED.all, ZED]);
  const message = { action: "subscribe", trades: ["ZED"] };

  it("MK-24: are subscribed to once the relay knows them, and not found before", () => {
    const before = onMessage(ready(), message, SEEDED);
    expect(JSON.stringify(before.replies)).toContain("symbol not found: ZED");
    const after = onMessage(ready(), message, known);
    expect(after.session.channels.trades).toEqual(["ZED"]);
    expect(topicsOf(after.session, known)).toEqual(["book/ZED"]);
  });

  it("MK-24: belong to a star as soon as they are known", () => {
    const { session } = onMessage(ready(), { action: "subscribe", trades: ["*"] }, SEEDED);
    expect(topicsOf(session, SEEDED)).not.toContain("book/ZED");
    expect(topicsOf(session, known)).toContain("book/ZED");
  });
});
