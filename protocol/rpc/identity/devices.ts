/** RPC of a login: the devices and networks that it was used from. */
import type { Origin } from "../../../domain/account/state/events.ts";

/** What a client sends to be recognized. */
export interface Client {
  /** Hex SHA-256 of the device tokens that came with the request. */
  readonly devices: readonly string[];
  /** The client stores cookies, so an unknown device gets a token. */
  readonly remembers: boolean;
}

/** How a login recognizes a client. A login that is disabled or does not exist recognizes none. */
export interface ClientRecognition {
  /** The digest of the recognized device token; null: none of the request's tokens is known. */
  readonly device: string | null;
  /** The login was used from this network before. */
  readonly network: boolean;
}

/** Device tokens that one browser stores: one for each login that has used it. */
export const DEVICES_SHOWN_MAX = 5;

export interface DeviceRpc {
  /** Whether the login recognizes the client's device or network. Writes nothing. */
  recognize(origin: Origin, client: Client): Promise<ClientRecognition>;
}
