import { DatabaseSync } from "node:sqlite";
import { expect, it } from "vitest";
import { storage } from "../../../test/objectStorage.ts";
import { readKeyEncryptionKeys } from "../../vault/vault.ts";
import { Consents } from "./consents.ts";
import { PersonalDetailsStore } from "./personalDetails.ts";
import { Profile } from "../profile.ts";
import { Tables } from "../tables.ts";

const ENCRYPTION_KEYS = readKeyEncryptionKeys(JSON.stringify({ current: "a", keys: { a: btoa("0".repeat(32)) } }));
const ORIGIN = { requestId: "r", ip: "203.0.113.77", userAgent: "Recognisable/1.0" };

function login() {
  const db = new DatabaseSync(":memory:");
  const tables = new Tables(storage(db));
  const profile = new Profile(tables, () => ENCRYPTION_KEYS);
  const row = { email: "a@example.com", userId: "u", accountId: "u", roles: [], passwordHash: null, verifiedAt: 1 };
  profile.create({ ...row, plan: "standard", region: "world" }, 1);
  let now = 0;
  return {
    db,
    details: new PersonalDetailsStore(tables, profile),
    consents: new Consents(tables, profile, () => ++now),
  };
}

it("PV-4: consents are kept with their history, and repeating one adds nothing", () => {
  const { consents, db } = login();
  consents.record({ terms: "2026-10", marketing: true }, ORIGIN);
  consents.record({ terms: "2026-10", marketing: false }, ORIGIN);
  consents.record({ terms: null }, ORIGIN);
  expect(consents.list()).toEqual([
    { at: 1, what: "terms", value: "2026-10", origin: ORIGIN },
    { at: 2, what: "marketing", value: true, origin: ORIGIN },
    { at: 3, what: "marketing", value: false, origin: ORIGIN },
    { at: 4, what: "terms", value: null, origin: ORIGIN },
  ]);
  expect(JSON.stringify(db.prepare("SELECT * FROM consent").all())).not.toMatch(/203\.0|Recognisable/);
});

it("PV-5: name and country are encrypted, changed one by one, and removed with null", () => {
  const { details, db } = login();
  expect(details.view()).toEqual({ name: null, country: null });
  details.change({ name: "Ann Recognisable", country: "NZ" });
  details.change({ country: "DE" });
  expect(details.view()).toEqual({ name: "Ann Recognisable", country: "DE" });
  expect(JSON.stringify(db.prepare("SELECT * FROM person").all())).not.toMatch(/Recognisable|"DE"/);
  details.change({ name: null });
  expect(details.view()).toEqual({ name: null, country: "DE" });
});
