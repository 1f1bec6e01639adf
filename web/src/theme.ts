/** Applies the look that this browser has chosen before the first paint. Kept apart from the rest because it must be small. */
import { LOOK_KEY, type Look, applyLook, readLook } from "./design/look.ts";

const stored: Look = readLook(localStorage.getItem(LOOK_KEY));
applyLook(stored);
