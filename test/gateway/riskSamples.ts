/** What the fake account answers about kill switches and previews. */
import { splitControls } from "../../domain/account/settings/loosenControls.ts";
import { type ControlsChange, NO_CONTROLS, type RiskControls } from "../../domain/risk/limits.ts";
import type { OrderPreview } from "../../protocol/rpc/accountSettings.ts";
import { ORDER } from "./samples.ts";

export const PREVIEW: OrderPreview = {
  symbol: "AAPL",
  side: "buy",
  buyingPower: 10_000_000,
  refusals: [{ rule: "kill_switch", refusal: { reason: "kill_switch", by: "owner" } }],
  warnings: [{ kind: "not_filled_at_once", leaves: 500_000 }],
  estimate: {
    qty: 2_000_000,
    fills: [
      { price: 1_000_000, qty: 1_000_000 },
      { price: 1_010_000, qty: 500_000 },
    ],
    filledQty: 1_500_000,
    filledValue: 1_505_000_000_000n,
    slippageValue: 5_000_000_000n,
    value: 2_010_000,
    fee: 5,
    feeMost: 10,
    hold: 2_020_010,
    buyingPowerAfter: 7_979_990,
  },
};

export const killSwitchResult = (changes: Partial<RiskControls>) => ({
  ok: true as const,
  value: {
    controls: { ...NO_CONTROLS, ...changes },
    canceled: [{ order: ORDER, outcome: { ok: true, value: null } as const }],
    closed: [{ symbol: "AAPL", outcome: { ok: true, value: ORDER } as const }],
  },
});

/** What an account without controls answers to a change of them. */
export const tightenedControls = (asked: ControlsChange) => {
  const { tightens, loosens } = splitControls(NO_CONTROLS, null, asked);
  return { ok: true as const, value: { controls: { ...NO_CONTROLS, ...tightens }, loosens } };
};
