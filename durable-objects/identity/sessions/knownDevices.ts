/**
 * The devices and networks that a login was used from: devices by a token that each gets at its first sign-in, networks
 * together with the user agent. Failures of unknown clients do not make a known one wait, and a sign-in from an unknown
 * one is e-mailed to the user. Neither is a credential.
 */
import type { Origin } from "../../../domain/account/state/events.ts";
import { type Client, DEVICES_SHOWN_MAX, type ClientRecognition } from "../../../protocol/rpc/identity/devices.ts";
import { newSecret } from "../../../protocol/ids/loginRoute.ts";
import { networkOf } from "../../../protocol/http/origin.ts";
import { sha256 } from "../digest.ts";
import type { Profile } from "../profile.ts";
import type { Tables } from "../tables.ts";

/** The longest lifetime of a cookie in browsers. */
const DEVICE_MS = 400 * 86_400_000;
/** Addresses are reassigned. */
const LOCATION_MS = 90 * 86_400_000;
/**
 * The most recently used ones are kept. Each has attempts of its own, so their number bounds the guesses of somebody
 * who has stolen them all.
 */
export const DEVICES_MAX = 20;
export const LOCATIONS_MAX = 20;
/** A client without device tokens, as in earlier releases. */
export const NO_CLIENT: Client = { devices: [], remembers: false };

/** The scope of all clients that the login does not know. */
export const UNKNOWN_CLIENTS = "";

interface KnownLocation {
  readonly id: number;
  readonly network: string;
  readonly userAgent: string;
}

export class KnownDevices {
  readonly #tables: Tables;
  readonly #profile: Profile;
  readonly #now: () => number;

  constructor(tables: Tables, profile: Profile, now: () => number) {
    this.#tables = tables;
    this.#profile = profile;
    this.#now = now;
  }

  /** Whether the login knows the client's device or network. */
  recognize({ ip }: Pick<Origin, "ip">, { devices }: Client): ClientRecognition {
    if (this.#profile.principal() === null) return { device: null, network: false };
    return { device: this.#deviceOf(devices), network: this.#networks().has(networkOf(ip)) };
  }

  /**
   * The scope whose attempts, challenges and e-mails a request is counted with: its device, its network, or all unknown
   * clients.
   */
  scopeOf(origin: Pick<Origin, "ip">, client: Client): string {
    const { device, network } = this.recognize(origin, client);
    if (device !== null) return `device/${device}`;
    if (!network) return UNKNOWN_CLIENTS;
    // By number: a digest of an address could be reversed by trying all addresses.
    const place = this.#locations().find((known) => known.network === networkOf(origin.ip));
    return place === undefined ? "network" : `network/${place.id}`;
  }

  /** Within a transaction: a sign-in from this client. `known`: the device or network was known before. */
  signedIn(origin: Origin, client: Client): { readonly known: boolean; readonly token: string | null } {
    const now = this.#now();
    const device = this.#deviceOf(client.devices);
    const locationKnown = this.recordLocation(origin);
    if (device !== null) {
      this.#tables.write("UPDATE known_device SET used_at = ? WHERE sha256 = ?", now, device);
      return { known: true, token: null };
    }
    return { known: locationKnown, token: client.remembers ? this.#newDevice(now) : null };
  }

  /** Within a transaction: the user was authenticated from this network and user agent. True when they were known. */
  recordLocation({ ip, userAgent }: Origin): boolean {
    const now = this.#now();
    const network = networkOf(ip);
    if (network === "") return false;
    const found = this.#locations().find((place) => place.network === network && place.userAgent === userAgent);
    const known = found !== undefined || this.#earlierLocations().has(`${network} ${userAgent}`);
    if (found === undefined) {
      const encrypted = this.#profile.vault().encrypt(JSON.stringify({ network, userAgent }));
      this.#tables.write("INSERT INTO known_place (place, used_at) VALUES (?, ?)", encrypted, now);
    } else {
      this.#tables.write("UPDATE known_place SET used_at = ? WHERE id = ?", now, found.id);
    }
    this.#tables.write(
      "DELETE FROM known_place WHERE used_at <= ? OR id NOT IN (SELECT id FROM known_place ORDER BY used_at DESC, id DESC LIMIT ?)",
      now - LOCATION_MS,
      LOCATIONS_MAX,
    );
    return known;
  }

  /** Forgets every device but the client's, and every network but those of the remaining sessions. */
  forget(client: Client): void {
    const device = this.#deviceOf(client.devices) ?? "";
    const left = this.#sessionLocations();
    this.#tables.transaction(() => {
      this.#tables.write("DELETE FROM known_device WHERE sha256 <> ?", device);
      for (const { id, network, userAgent } of this.#locations()) {
        if (!left.has(`${network} ${userAgent}`)) this.#tables.write("DELETE FROM known_place WHERE id = ?", id);
      }
    });
  }

  #newDevice(now: number): string {
    const token = newSecret();
    this.#tables.write(
      "INSERT INTO known_device (sha256, created_at, used_at) VALUES (?, ?, ?)",
      sha256(token),
      now,
      now,
    );
    this.#tables.write(
      "DELETE FROM known_device WHERE used_at <= ? OR sha256 NOT IN (SELECT sha256 FROM known_device ORDER BY used_at DESC, created_at DESC LIMIT ?)",
      now - DEVICE_MS,
      DEVICES_MAX,
    );
    return token;
  }

  #deviceOf(devices: readonly string[]): string | null {
    const oldest = this.#now() - DEVICE_MS;
    const query = "SELECT 1 FROM known_device WHERE sha256 = ? AND used_at > ?";
    const shown = devices.slice(0, DEVICES_SHOWN_MAX);
    return shown.find((device) => this.#tables.row(query, device, oldest) !== undefined) ?? null;
  }

  #networks(): Set<string> {
    const networks = this.#locations().map(({ network }) => network);
    const ofSessions = Array.from(this.#earlierLocations(), (place) => place.slice(0, place.indexOf(" ")));
    const all = new Set([...networks, ...ofSessions]);
    all.delete("");
    return all;
  }

  #locations(): KnownLocation[] {
    const rows = this.#tables.rows(
      "SELECT id, place FROM known_place WHERE used_at > ? ORDER BY id",
      this.#now() - LOCATION_MS,
    );
    return rows.map((row) => {
      const opened = JSON.parse(this.#profile.vault().decrypt(String(row["place"]))) as Omit<KnownLocation, "id">;
      return { id: Number(row["id"]), ...opened };
    });
  }

  /**
   * The locations of sessions that began before locations were stored. Used only until one is stored: a stolen refresh
   * token must not make a location known.
   */
  #earlierLocations(): Set<string> {
    return this.#tables.row("SELECT 1 FROM known_place") === undefined ? this.#sessionLocations() : new Set();
  }

  /** The locations of current sessions, as network and user agent. */
  #sessionLocations(): Set<string> {
    const rows = this.#tables.rows(
      "SELECT device FROM session WHERE kind = 'person' AND expires_at > ? ORDER BY used_at DESC LIMIT ?",
      this.#now(),
      LOCATIONS_MAX,
    );
    const places = rows.map(({ device }) => {
      const { ip, userAgent } = JSON.parse(this.#profile.vault().decrypt(String(device))) as Omit<Origin, "requestId">;
      return `${networkOf(ip)} ${userAgent}`;
    });
    return new Set(places);
  }
}
