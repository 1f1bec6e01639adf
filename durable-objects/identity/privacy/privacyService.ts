/** What a person may ask about the data that we have of it. */
import type { AccountId } from "../../../domain/ids.ts";
import type { Origin } from "../../../domain/account/state/events.ts";
import type { ConsentChange, PersonView, PrivacyRpc } from "../../../protocol/rpc/identity/privacy.ts";
import { Consents } from "./consents.ts";
import { Erasure, type ErasurePorts } from "./erasure.ts";
import { exportLogin } from "./loginExport.ts";
import { PersonalDetails } from "./personalDetails.ts";
import type { Profile } from "../profile.ts";
import type { Tables } from "../tables.ts";

export interface PrivacyPorts extends ErasurePorts {
  /** Moves the key of the account to the current master key. */
  touchAccount(accountId: AccountId): Promise<void>;
}

export class PrivacyService implements PrivacyRpc {
  readonly consentBook: Consents;
  readonly erasure: Erasure;
  readonly #tables: Tables;
  readonly #profile: Profile;
  readonly #person: PersonalDetails;

  readonly #touchAccount: (accountId: AccountId) => Promise<void>;

  constructor(tables: Tables, profile: Profile, ports: PrivacyPorts) {
    this.#touchAccount = (accountId) => ports.touchAccount(accountId);
    this.#tables = tables;
    this.#profile = profile;
    this.consentBook = new Consents(tables, profile, () => ports.now());
    this.#person = new PersonalDetails(tables, profile);
    this.erasure = new Erasure(tables, profile, ports);
  }

  async consents() {
    return this.consentBook.list();
  }

  async consent(change: ConsentChange, origin: Origin) {
    this.consentBook.record(change, origin);
    return this.consentBook.list();
  }

  async person(): Promise<PersonView> {
    return this.#person.view();
  }

  async changePerson(change: Partial<PersonView>) {
    this.#person.change(change);
    return this.#person.view();
  }

  async exportLogin() {
    return exportLogin(this.#tables, this.#profile);
  }

  async touchVaults() {
    const login = this.#profile.login();
    if (login === null) return;
    this.#profile.vault();
    await this.#touchAccount(login.accountId);
  }

  erase(forced: boolean) {
    return this.erasure.erase(forced);
  }
}
