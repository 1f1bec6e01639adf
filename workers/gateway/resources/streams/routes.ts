import type { AppContext } from "../../context.ts";
import { answerError } from "../../answerError.ts";
import { defineResource } from "../../resource.ts";
import { ACCESS } from "./access.ts";

/** Streams: middleware/upgrades.ts handles upgrades. A request without one is refused. */
export const streamsResource = defineResource("streams", ACCESS, {
  "/stream": { GET: refuseWithoutUpgrade },
  "/v2/iex": { GET: refuseWithoutUpgrade },
  "/v2/sip": { GET: refuseWithoutUpgrade },
  "/v2/delayed_sip": { GET: refuseWithoutUpgrade },
  "/v2/otc": { GET: refuseWithoutUpgrade },
  "/v2/boats": { GET: refuseWithoutUpgrade },
  "/v2/overnight": { GET: refuseWithoutUpgrade },
  "/v2/test": { GET: refuseWithoutUpgrade },
  "/v1beta3/crypto/us": { GET: refuseWithoutUpgrade },
  "/v1beta2/crypto": { GET: refuseWithoutUpgrade },
  "/v1beta1/crypto": { GET: refuseWithoutUpgrade },
  "/v1/trading/stream": { GET: refuseWithoutUpgrade },
});

function refuseWithoutUpgrade(c: AppContext): Response {
  c.header("Upgrade", "websocket");
  return answerError(c, { reason: "upgrade_required" });
}
