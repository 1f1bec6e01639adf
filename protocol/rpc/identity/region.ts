import type { Region } from "../../ids/region.ts";

/** RPC of the object of an e-mail's plain route: the region of the e-mail's login. */
export interface LoginRegionRpc {
  /** null when the e-mail has no verified login. */
  current(): Promise<Region | null>;
  /**
   * The login of this e-mail will be in another region: stores the region here. False, without a change, when the login
   * is here. Idempotent.
   */
  moveTo(region: "eu"): Promise<boolean>;
  /** Removes the stored region: the login in the other region was erased. Idempotent. */
  clear(): Promise<void>;
}
