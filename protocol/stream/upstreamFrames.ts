/** Frames of an upstream that speaks Alpaca's protocol: arrays of elements, as JSON text or MessagePack. */
import { Unpackr } from "msgpackr";

const unpackr = new Unpackr({ useRecords: false, mapsAsObjects: true, int64AsType: "number" });

/** The elements of a frame; none of a frame that is no array of elements. */
export function decodeFrame(data: string | ArrayBuffer): readonly unknown[] {
  try {
    const frame: unknown = typeof data === "string" ? JSON.parse(data) : unpackr.unpack(new Uint8Array(data));
    return Array.isArray(frame) ? frame : [];
  } catch {
    return [];
  }
}
