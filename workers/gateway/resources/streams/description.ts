import type { Descriptions, Operation } from "../../operation.ts";
import type { ACCESS } from "./access.ts";

const stream = (id: string, summary: string): Operation => ({
  id,
  summary,
  description: "A WebSocket: its messages are in /v1/asyncapi.json.",
  responses: { 101: { description: "the socket" } },
  errorStatuses: [426],
});

export const description: Descriptions<typeof ACCESS> = {
  "GET /stream": stream("tradingStream", "The trading stream"),
  "GET /v2/iex": stream("dataStream", "The data stream"),
  "GET /v2/sip": stream("dataStreamSip", "The data stream under another name"),
  "GET /v2/delayed_sip": stream("dataStreamDelayedSip", "The data stream under another name"),
  "GET /v2/otc": stream("dataStreamOtc", "The data stream under another name"),
  "GET /v2/boats": stream("dataStreamBoats", "The data stream under another name"),
  "GET /v2/overnight": stream("dataStreamOvernight", "The data stream under another name"),
  "GET /v2/test": stream("dataStreamTest", "The test feed"),
  "GET /v1beta3/crypto/us": stream("cryptoStream", "The data stream of coins"),
  "GET /v1beta2/crypto": stream("cryptoStreamBeta", "The data stream of coins under an older name"),
  "GET /v1beta1/crypto": stream("cryptoStreamOldest", "The data stream of coins under an older name"),
  "GET /v1/trading/stream": stream("orderEntryStream", "Order entry"),
};
