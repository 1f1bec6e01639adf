/** Whether the market of shares has hours at all. */
import { call } from "../../../api/client.ts";

let answer: Promise<boolean> | null = null;

/** Whether shares of this exchange have hours, or trade around the clock, as those of a demo may. */
export function hasHours(): Promise<boolean> {
  answer ??= call<readonly { open: string }[]>("GET", "/v2/calendar?start=2026-11-23&end=2026-11-25").then(
    ([day]) => day !== undefined && day.open !== "00:00",
    () => {
      answer = null;
      return false;
    },
  );
  return answer;
}
