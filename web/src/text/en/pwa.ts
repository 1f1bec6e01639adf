/** The installed terminal. */
export const PWA_TEXT = {
  offline: "No connection. Prices and orders are as they were last known, and nothing can be sent.",
  newRelease: "A new version of the terminal is ready.",
  reload: "Reload",
} as const;
