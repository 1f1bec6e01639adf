/** The script of the actors: it exports its object classes and serves nothing by itself. */
export { Account } from "./account/object.ts";
export { PaperAccount } from "./account/paperObject.ts";
export { Approvals } from "./approvals/object.ts";
export { AuditShard } from "./audit/object.ts";
export { Directory } from "./directory/object.ts";
export { Feed } from "./feed/object.ts";
export { HouseAccount } from "./house/object.ts";
export { Identity } from "./identity/object.ts";
export { DevMailbox } from "./identity/email/devMailbox.ts";
export { Throttle } from "./identity/passwords/throttle.ts";
export { OAuthApp } from "./oauth/object.ts";
export { InstrumentRegistry } from "./instruments/object.ts";
export { OrderBook } from "./orderbook/object.ts";
export { PaperBook } from "./paperbook/object.ts";
export { PriceBoard } from "./board/object.ts";
export { Tape } from "./tape/object.ts";
export { TapeIndex } from "./tape/indexObject.ts";
export { Transfers } from "./transfers/object.ts";

export default {
  fetch(): Response {
    return new Response(null, { status: 404 });
  },
};
