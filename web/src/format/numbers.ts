/** Numbers and times as the user's language writes them. Formatters are made once: making one takes as long as a thousand uses. */

const LOCALE = globalThis.navigator?.language ?? "en-US";

const formatters = new Map<string, Intl.NumberFormat>();

function formatter(key: string, options: Intl.NumberFormatOptions): Intl.NumberFormat {
  let known = formatters.get(key);
  if (known === undefined) {
    known = new Intl.NumberFormat(LOCALE, options);
    formatters.set(key, known);
  }
  return known;
}

/** What is shown in place of a number that there is not. */
export const NONE = "–";

function decimals(value: number, min: number, max: number, extra: Intl.NumberFormatOptions = {}, kind = ""): string {
  const options = { minimumFractionDigits: min, maximumFractionDigits: max, ...extra };
  return formatter(`${kind}${min}/${max}`, options).format(value);
}

/** Decimals of prices from this one on; cheaper shares trade in hundredths of a cent. */
const CENTS_FROM = 1;

/** A price in dollars: 190.50, 0.1234. */
export function price(value: number | null | undefined): string {
  if (value === null || value === undefined || !Number.isFinite(value)) return NONE;
  return Math.abs(value) >= CENTS_FROM || value === 0 ? decimals(value, 2, 2) : decimals(value, 4, 4);
}

/** A quantity of shares or coins: 1,200, 0.5. */
export function quantity(value: number | string | null | undefined): string {
  if (value === null || value === undefined) return NONE;
  return decimals(Number(value), 0, 9);
}

/** An amount in dollars: $1,234.50. */
export function money(value: number | string | null | undefined): string {
  if (value === null || value === undefined || value === "") return NONE;
  return decimals(Number(value), 2, 2, { style: "currency", currency: "USD" }, "usd");
}

/** A change in dollars with its sign: +12.30, −4.00. */
export function signedMoney(value: number | null | undefined): string {
  if (value === null || value === undefined || !Number.isFinite(value)) return NONE;
  return decimals(value, 2, 2, { style: "currency", currency: "USD", signDisplay: "exceptZero" }, "usd+");
}

/** A change of a price with its sign. */
export function signed(value: number | null | undefined): string {
  if (value === null || value === undefined || !Number.isFinite(value)) return NONE;
  return decimals(value, 2, 2, { signDisplay: "exceptZero" }, "+");
}

/** A share of one as percent with its sign: 0.0123 is +1.23%. */
export function signedPercent(value: number | null | undefined): string {
  if (value === null || value === undefined || !Number.isFinite(value)) return NONE;
  return decimals(value, 2, 2, { style: "percent", signDisplay: "exceptZero" }, "%+");
}

/** A share of one as percent: 0.5 is 50%. */
export function percent(value: number | null | undefined, digits = 2): string {
  if (value === null || value === undefined || !Number.isFinite(value)) return NONE;
  return decimals(value, digits, digits, { style: "percent" }, "%");
}

/** A large number in few letters: 1.2M. */
export function compact(value: number | null | undefined): string {
  if (value === null || value === undefined || !Number.isFinite(value)) return NONE;
  return formatter("compact", { notation: "compact", maximumFractionDigits: 2 }).format(value);
}

/** The class of a change, for its colour; the sign in the text says the same. */
export function direction(value: number | null | undefined): "up" | "down" | "" {
  if (value === null || value === undefined || value === 0) return "";
  return value > 0 ? "up" : "down";
}

/** The change from the first of some prices to the last, as a share; null without two. */
export function changeOver(prices: readonly number[]): number | null {
  const [first] = prices;
  const last = prices.at(-1);
  return first === undefined || last === undefined || prices.length < 2 || first === 0 ? null : last / first - 1;
}
