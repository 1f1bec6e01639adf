import { isPaperAddress } from "./namespaces.ts";

/** Throws when one of the two is a paper actor and the other a live one: no journal has messages of both (PA-1). */
export function refuseOtherVenue(address: string, from: string): void {
  if (isPaperAddress(from) !== isPaperAddress(address)) throw new Error(`${address} takes no messages of ${from}`);
}
