import { NO_LIMITS, type RiskLimits } from "../../risk/limits.ts";
import type {
  CONFIRM_EMAILS,
  DAY_TRADE_CHECKS,
  DuplicateMode,
  LOSS_ACTIONS,
  LOSS_BASES,
  MARGIN_MULTIPLIERS,
  SETTABLE_LOT_METHODS,
} from "../../risk/settingWords.ts";

type DayTradeCheck = (typeof DAY_TRADE_CHECKS)[number];

/** What the owner of an account has set. The names are persisted. */
export interface AccountSettings {
  // Alpaca's account configurations.
  readonly dtbpCheck: DayTradeCheck;
  readonly pdtCheck: DayTradeCheck;
  readonly tradeConfirmEmail: (typeof CONFIRM_EMAILS)[number];
  /** New orders are refused. */
  readonly suspendTrade: boolean;
  readonly noShorting: boolean;
  /** Off: orders must be for whole shares. Coins are not affected. */
  readonly fractionalTrading: boolean;
  readonly maxMarginMultiplier: (typeof MARGIN_MULTIPLIERS)[number];
  readonly maxOptionsTradingLevel: number | null;
  readonly ptpNoExceptionEntry: boolean;
  readonly disableOvernightTrading: boolean;
  // The exchange's own.
  readonly lotMethod: (typeof SETTABLE_LOT_METHODS)[number];
  /** Limits that the owner has set; those of the exchange apply as well. */
  readonly limits: RiskLimits;
  readonly duplicateMode: DuplicateMode;
  /** How long an order counts as recent, in milliseconds. */
  readonly duplicateWindowMs: number;
  /** The loss of a trading day at which orders that increase exposure are refused, in 1/10,000 dollar; null: none. */
  readonly dailyLossLimit: number | null;
  readonly dailyLossBasis: (typeof LOSS_BASES)[number];
  /** What happens at the limit: such orders are refused, or the owner's kill switch is switched on. */
  readonly dailyLossAction: (typeof LOSS_ACTIONS)[number];
}

/** The settings of an account that has changed none. */
export const DEFAULT_SETTINGS: AccountSettings = {
  dtbpCheck: "entry",
  pdtCheck: "entry",
  tradeConfirmEmail: "all",
  suspendTrade: false,
  noShorting: false,
  fractionalTrading: true,
  maxMarginMultiplier: "4",
  maxOptionsTradingLevel: null,
  ptpNoExceptionEntry: false,
  disableOvernightTrading: false,
  lotMethod: "fifo",
  limits: NO_LIMITS,
  duplicateMode: "off",
  duplicateWindowMs: 1_000,
  dailyLossLimit: null,
  dailyLossBasis: "realized",
  dailyLossAction: "refuse",
};

/** A change of some settings. */
export type SettingsChange = Partial<AccountSettings>;

/** The settings that a snapshot has: those that differ from the defaults. */
export function savedSettings(settings: AccountSettings): SettingsChange | undefined {
  const saved = changesOf(DEFAULT_SETTINGS, settings);
  return Object.keys(saved).length === 0 ? undefined : saved;
}

/** The settings of a snapshot. */
export function loadedSettings(saved: SettingsChange | undefined): AccountSettings {
  return saved === undefined ? DEFAULT_SETTINGS : { ...DEFAULT_SETTINGS, ...saved };
}

/** The part of a change that differs from the settings. */
export function changesOf(settings: AccountSettings, change: SettingsChange): SettingsChange {
  const differs = ([name, value]: [string, unknown]) =>
    value !== undefined && JSON.stringify(value) !== JSON.stringify(settings[name as keyof AccountSettings]);
  return Object.fromEntries(Object.entries(change).filter(differs));
}
