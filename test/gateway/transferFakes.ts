/** The transfers actors and the paper book that the gateway's tests ask. */
import { vi } from "vitest";
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
