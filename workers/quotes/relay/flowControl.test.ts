import { describe, expect, it } from "vitest";
import { FlowControl } from "./flowControl.ts";
import {
  BUFFERED_MAX_BYTES,
  CREDIT_FRAMES_MAX,
  CREDIT_UNREAD_BYTES,
  HELD_MAX_MS,
  UNREAD_MAX_BYTES,
  UNREAD_OF_OWNER_MAX_BYTES,
  UNREAD_OF_OWNER_MIN_BYTES,
  UNSENT_HOLD_BYTES,
  UNSENT_MAX_BYTES,
} from "./limits.ts";
import { UnreadBytes } from "./unreadBytes.ts";

const uncounted = (now: () => number = () => 0): FlowControl => new FlowControl(() => undefined, null, now);

/** Sends a frame of data. */
function sendData(flow: FlowControl, bytes: number): void {
  flow.sent(bytes);
  flow.sentData();
}

describe("MD-46: credit", () => {
  it("is the number of data frames that may be sent, and grants add up to a bound", () => {
    const flow = uncounted();
    expect(flow.grant(2, null)).toMatchObject({ frames: 2 });
    expect(flow.canTake).toBe(true);
    sendData(flow, 100);
    sendData(flow, 100);
    expect(flow.canTake).toBe(false);
    const other = uncounted();
    const mark = other.grant(CREDIT_FRAMES_MAX, null)?.mark ?? "";
    expect(other.grant(CREDIT_FRAMES_MAX, mark)).toMatchObject({ frames: CREDIT_FRAMES_MAX });
  });

  it("needs a mark of this socket after the first grant, and an older mark proves less", () => {
    const [flow, other] = [uncounted(), uncounted()];
    const first = flow.grant(CREDIT_FRAMES_MAX, null)?.mark ?? "";
    const foreign = other.grant(1, null)?.mark ?? "";
    for (const mark of [null, "", "0", foreign, `${first}x`, "999999.AAAAAAAAAAAAAAAA"])
      expect(flow.grant(1, mark)).toBeNull();
    sendData(flow, CREDIT_UNREAD_BYTES + 1);
    expect(flow.canTake).toBe(false);
    // The client grants, but has not read what was sent since.
    const second = flow.grant(10, first)?.mark ?? "";
    expect(flow.canTake).toBe(false);
    expect(flow.grant(10, second)).not.toBeNull();
    expect(flow.canTake).toBe(true);
    expect(flow.unread).toBe(0);
  });

  it("survives hibernation with its marks", () => {
    const flow = uncounted();
    const mark = flow.grant(5, null)?.mark ?? "";
    sendData(flow, 1_000);
    const woken = new FlowControl(
      () => undefined,
      flow.credit,
      () => 0,
    );
    expect([woken.credit?.frames, woken.unread]).toEqual([4, 0]);
    for (let nth = 0; nth < 4; nth++) sendData(woken, 10);
    expect(woken.canTake).toBe(false);
    expect(woken.grant(1, mark)).toMatchObject({ frames: 1 });
  });

  it("MD-47: a client that confirms nothing, has too much waiting, or lets it wait too long is too slow", () => {
    let now = 0;
    const flow = uncounted(() => now);
    const mark = flow.grant(1, null)?.mark ?? "";
    expect(flow.isSlow(BUFFERED_MAX_BYTES + 1)).toBe(false);
    sendData(flow, 100);
    expect([flow.isSlow(BUFFERED_MAX_BYTES), flow.isSlow(BUFFERED_MAX_BYTES + 1)]).toEqual([false, true]);
    flow.held();
    now = HELD_MAX_MS;
    flow.held();
    expect(flow.isSlow(1)).toBe(false);
    now++;
    expect(flow.isSlow(1)).toBe(true);
    flow.grant(1, mark);
    sendData(flow, 100);
    expect(flow.isSlow(1)).toBe(false);
    // Answers to its messages are not data, and add up too.
    flow.sent(UNSENT_MAX_BYTES);
    expect(flow.isSlow(0)).toBe(true);
  });
});

describe("MD-47: a client without credit", () => {
  it("on a runtime that counts is held back, then closed, by what is unread", () => {
    let unsent = 0;
    const flow = new FlowControl(
      () => unsent,
      null,
      () => 0,
    );
    flow.sent(10 * UNREAD_MAX_BYTES);
    expect([flow.canTake, flow.isSlow(0)]).toEqual([true, false]);
    unsent = UNSENT_HOLD_BYTES + 1;
    expect([flow.canTake, flow.isSlow(0), flow.isSlow(BUFFERED_MAX_BYTES + 1)]).toEqual([false, false, true]);
    unsent = UNSENT_MAX_BYTES + 1;
    expect(flow.isSlow(0)).toBe(true);
    expect(flow.unread).toBe(unsent);
  });

  it("on one that does not is sent a bounded number of bytes", () => {
    const flow = uncounted();
    flow.sent(UNREAD_MAX_BYTES);
    expect([flow.canTake, flow.isSlow(0)]).toEqual([true, false]);
    flow.sent(1);
    expect([flow.canTake, flow.isSlow(0)]).toEqual([false, true]);
  });

  it("shares a bound with the sockets of its account, until these are gone", () => {
    const unread = new UnreadBytes();
    const [one, two, small] = [uncounted(), uncounted(), uncounted()];
    const other = uncounted();
    for (const flow of [one, two, small]) flow.belongsTo(unread.of("mine"));
    other.belongsTo(unread.of("other"));
    one.sent(UNREAD_OF_OWNER_MAX_BYTES / 2);
    two.sent(UNREAD_OF_OWNER_MAX_BYTES / 2);
    for (const flow of [small, other]) flow.sent(UNREAD_OF_OWNER_MIN_BYTES);
    expect(unread.isAllowed("mine")).toBe(false);
    expect(unread.isAllowed("other")).toBe(true);
    expect([one, two, small, other].map((flow) => flow.isSlow(0))).toEqual([true, true, false, false]);
    one.gone();
    expect([two.isSlow(0), unread.isAllowed("mine")]).toEqual([false, true]);
    expect(one.unread).toBe(0);
  });

  it("counts no longer once it offers credit and confirms", () => {
    const unread = new UnreadBytes();
    const flow = uncounted();
    flow.sent(1_000);
    flow.belongsTo(unread.of("mine"));
    flow.sent(UNREAD_OF_OWNER_MAX_BYTES);
    expect(unread.isAllowed("mine")).toBe(false);
    const { mark } = flow.grant(1, null) ?? { mark: "" };
    flow.grant(1, mark);
    expect([unread.isAllowed("mine"), flow.unread]).toEqual([true, 0]);
  });
});
