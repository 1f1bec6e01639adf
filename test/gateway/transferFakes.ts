/** The transfers actors and the paper book that the gateway's tests ask. */
import { vi } from "vitest";
import type { HouseRpc } from "../../protocol/rpc/house.ts";
import type { TapeIndexRpc, TapeRpc } from "../../protocol/rpc/tape.ts";
import type { TransfersRpc } from "../../protocol/rpc/transfers.ts";
import { APPROVAL, REPORT } from "./samples.ts";

export const NOT_FOUND = { ok: false, refusal: { reason: "approval_not_found" } } as const;
/** The transfers of the world; in the EU there are none. */
export const transfers = {
  requestDeposit: vi.fn<TransfersRpc["requestDeposit"]>(async ({ alone, accountId, deposit }) => {
    const state = alone ? ({ state: "booked", transferState: "posted" } as const) : {};
    return { ok: true, value: { approval: { ...APPROVAL, ...state, accountId, deposit }, again: false } };
  }),
  approve: vi.fn<TransfersRpc["approve"]>(async () => ({ ok: true, value: { ...APPROVAL, state: "booked" } })),
  reject: vi.fn<TransfersRpc["reject"]>(async () => ({ ok: true, value: { ...APPROVAL, state: "rejected" } })),
  transfers: vi.fn<TransfersRpc["transfers"]>(async () => [APPROVAL]),
  inspect: vi.fn<TransfersRpc["inspect"]>(async () => ({ ...REPORT, address: "transfers/world" })),
};
export const paperBook = { inspect: vi.fn(async () => REPORT) };
export const euTransfers = {
  requestDeposit: vi.fn<TransfersRpc["requestDeposit"]>(async () => ({
    ok: true,
    value: { approval: APPROVAL, again: false },
  })),
  approve: vi.fn<TransfersRpc["approve"]>(async () => NOT_FOUND),
  reject: vi.fn<TransfersRpc["reject"]>(async () => NOT_FOUND),
  transfers: vi.fn<TransfersRpc["transfers"]>(async () => []),
};

/** Each house account of the world has received the same on two days; those of the EU nothing. */
export const house = {
  fees: vi.fn<HouseRpc["fees"]>(async () => ({
    balance: { exchange: 12_500, regulatory: [["sec", 300]] },
    days: [
      { day: 20_787, accounts: 2, exchange: 15_000, regulatory: [["sec", 300]] },
      { day: 20_786, accounts: 1, exchange: -2_500, regulatory: [] },
    ],
  })),
  audited: vi.fn<HouseRpc["audited"]>(async () => null),
  inspect: vi.fn<HouseRpc["inspect"]>(async () => ({ ...REPORT, address: "house/world-0" })),
};
export const euHouse = {
  ...house,
  fees: vi.fn<HouseRpc["fees"]>(async () => ({ balance: { exchange: 0, regulatory: [] }, days: [] })),
};

/** The bindings of both. */
export const MONEY = {
  TRANSFERS: { getByName: (region: string) => (region === "eu" ? euTransfers : transfers) },
  HOUSE_ACCOUNT: { getByName: (name: string) => (name.startsWith("eu-") ? euHouse : house) },
};

/** The history of a symbol, which takes all bars. */
export const tapeIndex = {
  putBars: vi.fn<TapeIndexRpc["putBars"]>(async () => ({ put: 2, kept: 1 })),
  months: vi.fn<TapeIndexRpc["months"]>(async () => ["2026-10", "2026-11"]),
};

/** A month of it, of which nothing is sealed. */
export const tape = {
  sealed: vi.fn<TapeRpc["sealed"]>(async () => ({
    manifests: [],
    through: 7,
    waitingSince: null,
    failures: 0,
    error: "",
    retryAt: 0,
  })),
  sealedFile: vi.fn<TapeRpc["sealedFile"]>(async (first) => (first === 1 ? Uint8Array.of(1, 2, 3) : null)),
};
