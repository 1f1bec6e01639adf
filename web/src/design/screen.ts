/** What kind of screen this is, as signals. */
import { createSignal } from "solid-js";

/** Up to this width one panel is shown at a time. */
const PHONE = "(width <= 700px)";

const query = matchMedia(PHONE);
const [isPhone, setPhone] = createSignal(query.matches);
query.addEventListener("change", ({ matches }) => setPhone(matches));

export { isPhone };
