/**
 * From where a login was used: devices, by a token that each got at its first sign-in, and networks together with the
 * program that was used there. Who comes from one of them is not made to wait for what unknown clients do, and a sign-in from
 * anywhere else is told by e-mail. None of this opens anything.
 */
import type { Origin } from "../../../domain/account/state/events.ts";
import { type Client, DEVICES_SHOWN_MAX, type ClientRecognition } from "../../../protocol/rpc/identity/devices.ts";
import { newSecret } from "../../../protocol/ids/loginRoute.ts";
import { networkOf } from "../../../protocol/http/origin.ts";
import { sha256 } from "../digest.ts";
import type { Profile } from "../profile.ts";
import type { Tables } from "../tables.ts";

/** As long as browsers keep a cookie at most. */
const DEVICE_MS = 400 * 86_400_000;
/** Addresses change hands. */
const PLACE_MS = 90 * 86_400_000;
/** Those used last stay. Each has attempts of its own, so their number bounds the guesses of whoever has stolen them all. */
export const DEVICES_MAX = 20;
export const LOCATIONS_MAX = 20;
/** A client that shows nothing, as releases before device tokens had it. */
export const NO_CLIENT: Client = { devices: [], remembers: false };

/** The scope of everybody whom the login does not know. */
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

  /** How the login knows the place a request comes from. */
  recognize({ ip }: Pick<Origin, "ip">, { devices }: Client): ClientRecognition {
    if (this.#profile.principal() === null) return { device: null, network: false };
    return { device: this.#deviceOf(devices), network: this.#networks().has(networkOf(ip)) };
  }

  /**
   * Whose attempts, challenges and emails a request is counted with: those of its device, of its network, or of everybody
   * whom the login does not know.
   */
  scopeOf(origin: Pick<Origin, "ip">, client: Client): string {
    const { device, network } = this.recognize(origin, client);
    if (device !== null) return `device/${device}`;
    if (!network) return UNKNOWN_CLIENTS;
    // By number: a digest of an address tells the address to whoever attempts them all.
    const place = this.#places().find((known) => known.network === networkOf(origin.ip));
    return place === undefined ? "network" : `network/${place.id}`;
  }

  /** Within a transaction: somebody has signed in. `known`: from where somebody had before. */
  signedIn(origin: Origin, client: Client): { readonly known: boolean; readonly token: string | null } {
    const now = this.#now();
    const device = this.#deviceOf(client.devices);
    const placeKnown = this.recordLocation(origin);
    if (device !== null) {
      this.#tables.write("UPDATE known_device SET used_at = ? WHERE sha256 = ?", now, device);
      return { known: true, token: null };
    }
    return { known: placeKnown, token: client.remembers ? this.#newDevice(now) : null };
  }

  /** Within a transaction: the user has shown to be there, with this program. True when that was known. */
  recordLocation({ ip, userAgent }: Origin): boolean {
    const now = this.#now();
    const network = networkOf(ip);
    if (network === "") return false;
    const found = this.#places().find((place) => place.network === network && place.userAgent === userAgent);
    const known = found !== undefined || this.#earlierPlaces().has(`${network} ${userAgent}`);
    if (found === undefined) {
      const sealed = this.#profile.vault().encrypt(JSON.stringify({ network, userAgent }));
      this.#tables.write("INSERT INTO known_place (place, used_at) VALUES (?, ?)", sealed, now);
    } else {
      this.#tables.write("UPDATE known_place SET used_at = ? WHERE id = ?", now, found.id);
    }
    this.#tables.write(
      "DELETE FROM known_place WHERE used_at <= ? OR id NOT IN (SELECT id FROM known_place ORDER BY used_at DESC, id DESC LIMIT ?)",
      now - PLACE_MS,
      LOCATIONS_MAX,
    );
    return known;
  }

  /** Forgets every device but that of this client, and every network but those of the sessions that are left. */
  forget(client: Client): void {
    const device = this.#deviceOf(client.devices) ?? "";
    const left = this.#sessionPlaces();
    this.#tables.transaction(() => {
      this.#tables.write("DELETE FROM known_device WHERE sha256 <> ?", device);
      for (const { id, network, userAgent } of this.#places()) {
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
    const networks = this.#places().map(({ network }) => network);
    const ofSessions = Array.from(this.#earlierPlaces(), (place) => place.slice(0, place.indexOf(" ")));
    const all = new Set([...networks, ...ofSessions]);
    all.delete("");
    return all;
  }

  #places(): KnownLocation[] {
    const rows = this.#tables.rows(
      "SELECT id, place FROM known_place WHERE used_at > ? ORDER BY id",
      this.#now() - PLACE_MS,
    );
    return rows.map((row) => {
      const opened = JSON.parse(this.#profile.vault().decrypt(String(row["place"]))) as Omit<KnownLocation, "id">;
      return { id: Number(row["id"]), ...opened };
    });
  }

  /**
   * Where sessions are used that began before places were kept. Only until there is a place: whoever has stolen a refresh
   * token must not make a place known by using it.
   */
  #earlierPlaces(): Set<string> {
    return this.#tables.row("SELECT 1 FROM known_place") === undefined ? this.#sessionPlaces() : new Set();
  }

  /** Where sessions are used now, as network and program. */
  #sessionPlaces(): Set<string> {
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
