/** What the terminal itself says of failures; refusals of the exchange have their own words. */
export const ERRORS = {
  offline: "There is no network. The request did not reach the exchange.",
  unknown: "The exchange did not answer. Whether the request took effect is not known yet.",
  signedOut: "Your session has ended. Sign in again.",
  failed: "This did not work.",
} as const;
