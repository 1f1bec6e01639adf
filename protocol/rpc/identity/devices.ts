/** Devices and networks that a login has signed in from: what the gateway shows of them, and what the login makes of that. */
import type { Origin } from "../../../domain/account/state/events.ts";

/** What a client shows of having signed in before. */
export interface Client {
  /** Hex SHA-256 of the device tokens that came with the request. */
  readonly devices: readonly string[];
  /** The client keeps cookies, so a device that is new to the login gets a token of its own. */
  readonly remembers: boolean;
}

/** How a login knows where a request comes from. For a login that nobody can use: not at all. */
export interface ClientRecognition {
  /** The digest of the device token that the login knows; null: it knows none of those that came. */
  readonly device: string | null;
  /** Somebody has signed in to the login from this network before. */
  readonly network: boolean;
}

/** Most tokens that one browser keeps: one for each of the logins that have used it. */
export const DEVICES_SHOWN_MAX = 5;

export interface DeviceRpc {
  /** Whether the login knows the device or the network. Writes nothing. */
  recognize(origin: Origin, client: Client): Promise<ClientRecognition>;
}
