/** What Alpaca's API has and a share exchange does not offer, by path. */
const AREAS: readonly (readonly [path: RegExp, what: string])[] = [
  [/^\/v2\/options(?:\/|$)/, "options"],
  [/^\/v1beta1\/options(?:\/|$)/, "options"],
  [/^\/v2\/positions\/[^/]+\/(?:do-not-)?exercise$/, "options"],
  [/^\/v1beta1\/crypto-perps(?:\/|$)/, "perpetual futures"],
  [/^\/v2\/perpetuals(?:\/|$)/, "perpetual futures"],
  [/^\/v1beta1\/fixed_income(?:\/|$)/, "fixed income"],
  [/^\/v1beta1\/forex(?:\/|$)/, "foreign exchange rates"],
  [/^\/v1beta1\/indices(?:\/|$)/, "index values"],
  [/^\/v1beta1\/logos(?:\/|$)/, "logos"],
  [/^\/v1beta1\/acats(?:\/|$)/, "account transfers (ACATS)"],
  [/^\/v[12]\/(?:accounts\/[^/]+\/)?tokenization(?:\/|$)/, "tokenization"],
  [/^\/v1\/locates(?:\/|$)/, "locates for short sales"],
  [/^\/v1\/fpsl(?:\/|$)/, "securities lending"],
  [/^\/v1\/ipos(?:\/|$)/, "initial public offerings"],
  [/^\/v[12]\/wallets\/travel-rule(?:\/|$)/, "travel rule records"],
];

/** What a path that is not served would be about, if it is not planned; null for any other path. */
export function notOfferedAt(path: string): string | null {
  return AREAS.find(([pattern]) => pattern.test(path))?.[1] ?? null;
}
