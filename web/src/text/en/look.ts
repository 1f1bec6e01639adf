/** How the terminal looks. */
export const LOOK_TEXT = {
  theme: "Theme",
  themes: { system: "As the system", dark: "Dark", light: "Light", contrast: "High contrast" },
  density: "Density",
  densities: { compact: "Compact", comfortable: "Comfortable" },
  palette: "Up and down",
  palettes: { classic: "Green and red", safe: "Blue and orange", asia: "Red and green" },
  paletteHints: {
    classic: "Green is up.",
    safe: "Told apart with any common colour blindness.",
    asia: "Red is up, as in East Asia.",
  },
  still: "No flashes and no movement",
  hereOnly: "Kept in this browser.",
} as const;
