import { expect, test } from "vitest";
import { deviceName } from "./deviceName.ts";

test.each([
  [
    "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/150.0 Safari/537.36",
    "Chrome on Linux",
  ],
  [
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/150.0 Safari/537.36 Edg/150.0",
    "Edge on Windows",
  ],
  [
    "Mozilla/5.0 (iPhone; CPU iPhone OS 19_0 like Mac OS X) Version/19.0 Mobile/15E148 Safari/604.1",
    "Safari on iPhone",
  ],
  ["Mozilla/5.0 (Macintosh; Intel Mac OS X 15) Gecko/20100101 Firefox/149.0", "Firefox on macOS"],
  ["alpaca-py/0.42", "alpaca-py/0.42"],
  ["", "Unknown device"],
])("UI-134: the device of %j is %s", (agent, name) => expect(deviceName(agent)).toBe(name));
