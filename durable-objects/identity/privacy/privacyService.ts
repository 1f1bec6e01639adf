/** The rights of a user over its personal data: consents, details, export, erasure. */
import type { AccountId } from "../../../domain/ids.ts";
import type { Origin } from "../../../domain/account/state/events.ts";
import type { ConsentChange, ConsentEntry, PersonalDetails } from "../../../protocol/rpc/identity/privacy.ts";
import type { Erased, LoginExport } from "../../../protocol/rpc/identity/privacy.ts";
import { Consents } from "./consents.ts";
import { Erasure, type ErasurePorts } from "./erasure.ts";
import { exportLogin } from "./loginExport.ts";
import { PersonalDetailsStore } from "./personalDetails.ts";
import type { Profile } from "../profile.ts";
import type { Tables } from "../tables.ts";

export interface PrivacyPorts extends ErasurePorts {
  /** Wraps the data encryption key of the account with the current key-encryption key. */
  rewrapAccountKey(accountId: AccountId): Promise<void>;
}

export class PrivacyService {
  readonly erasure: Erasure;
  readonly #consents: Consents;
  readonly #details: PersonalDetailsStore;
  readonly #tables: Tables;
  readonly #profile: Profile;
  readonly #ports: PrivacyPorts;

  constructor(tables: Tables, profile: Profile, ports: PrivacyPorts) {
    this.#tables = tables;
    this.#profile = profile;
    this.#ports = ports;
    this.#consents = new Consents(tables, profile, () => ports.now());
    this.#details = new PersonalDetailsStore(tables, profile);
    this.erasure = new Erasure(tables, profile, ports);
  }

  consents(): ConsentEntry[] {
    return this.#consents.list();
  }

  consent(change: ConsentChange, origin: Origin): ConsentEntry[] {
    this.#consents.record(change, origin);
    return this.#consents.list();
  }

  details(): PersonalDetails {
    return this.#details.view();
  }

  changeDetails(change: Partial<PersonalDetails>): PersonalDetails {
    this.#details.change(change);
    return this.#details.view();
  }

  exportLogin(): LoginExport {
    return exportLogin(this.#tables, this.#profile);
  }

  /** Wraps the keys of the login and its accounts with the current key-encryption key. */
  async rewrapKeys(): Promise<void> {
    if (this.#profile.login() === null) return;
    // Opening the vault rewraps its key.
    this.#profile.vault();
    await Promise.all(this.#profile.accountIds().map((accountId) => this.#ports.rewrapAccountKey(accountId)));
  }

  erase(forced: boolean): Promise<Erased> {
    return this.erasure.erase(forced);
  }
}
