import type { Region } from "../../ids/region.ts";

/** Asked of the object of an e-mail's plain route: where the login of that e-mail lives. */
export interface LoginRegionRpc {
  /** null when nobody has verified that e-mail. */
  current(): Promise<Region | null>;
  /**
   * The login of this e-mail will be in another region: from now on this object keeps that one word of it. False, and
   * nothing is changed, when the login is here. Repeatable.
   */
  moveTo(region: "eu"): Promise<boolean>;
  /** There is no login elsewhere any more. Repeatable. */
  clear(): Promise<void>;
}
