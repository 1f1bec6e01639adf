/** The channel `orderbooks`: the elements of `depth` under another code. */
import { encodeDepthElement } from "../../../../protocol/mapping/depth.ts";
import { concatBytes } from "../../../../protocol/stream/bytes.ts";
import { CHANNELS } from "../../../../protocol/stream/channels.ts";
import { depthElementsOf } from "./mergeChanges.ts";

/** Elements of `depth` as those of `orderbooks`. */
export function orderbookBytes(depth: Uint8Array): Uint8Array {
  const T = CHANNELS.orderbooks.code;
  return concatBytes(depthElementsOf(depth).map((element) => encodeDepthElement({ ...element, T })));
}
