/** What the terminal itself says of failures; refusals of the exchange have their own words. */
export const ERRORS = {
  offline: "No connection to the exchange. Nothing was sent.",
  unknown: "The exchange did not answer. Whether the request took effect is not known yet.",
  signedOut: "Your session has ended. Sign in again.",
  failed: "This did not work.",
} as const;
