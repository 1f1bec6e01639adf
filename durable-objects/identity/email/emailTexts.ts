/** The texts of e-mails to users. */
import type { KeyView } from "../../../protocol/rpc/identity/apiKeys.ts";
import type { Origin } from "../../../domain/account/state/events.ts";

const PROGRAM_LENGTH_MAX = 120;

/** An API key without its name, which its creator has chosen. */
export type KeyFacts = Pick<KeyView, "keyId" | "scopes" | "createdAt" | "allowedIps" | "expiresAt">;

/** The parameters of each kind of e-mail. */
export interface EmailFacts {
  /** A sign-up with this address: the code that verifies the address. */
  verify: { readonly code: string };
  /** A sign-up with an address that has a login already. */
  already_registered: Record<never, never>;
  /** The code that sets a new password. */
  reset: { readonly code: string };
  /** An administrator has created the login: the code that sets its first password. */
  invited: { readonly code: string };
  /**
   * The password was changed, with the present one or with an e-mailed code: the API keys that this ended, and the
   * credentials that are still valid.
   */
  password_changed: {
    readonly by: "password" | "code";
    readonly endedKeys: readonly KeyFacts[];
    readonly keys: readonly KeyFacts[];
    readonly ways: readonly string[];
  };
  /** An API key was created, or its address range or expiry was extended. */
  key_made: { readonly key: KeyFacts };
  key_widened: { readonly key: KeyFacts };
  /** A withdrawal was requested. */
  withdrawal_asked: { readonly id: string; readonly amount: string; readonly at: number };
  /** The user's account was shared with somebody. */
  account_opened: { readonly email: string };
  /** A second factor, a linked identity or an authorized app has changed. */
  factors_changed: { readonly change: string };
  /** A refresh token was used again after a newer one, so the session has ended. */
  refresh_reused: Record<never, never>;
  /** A refresh token of an app was used again after a newer one, so the app's access has ended. */
  app_token_reused: Record<never, never>;
  /** An authorization code was used twice, so the app's access has ended. */
  app_code_reused: Record<never, never>;
  /** A sign-in from an unknown device and network. */
  new_device: { readonly origin: Pick<Origin, "ip" | "userAgent">; readonly at: number };
  /** Somebody has shared an account with the user. */
  account_shared: { readonly ownerEmail: string };
}

export type EmailKind = keyof EmailFacts;

export interface EmailText {
  readonly subject: string;
  readonly text: string;
}

type Writers = { readonly [K in EmailKind]: (facts: EmailFacts[K], url: string) => EmailText };

const NOT_YOU_DO = "Set a new password at once and sign out everywhere.";
const NOT_YOU = "If this was not you, set a new password at once and sign out everywhere.";
const KEY_NOT_YOU = `If this was not you, end the key. ${NOT_YOU_DO}`;

const CHANGES: Readonly<Record<string, string>> = {
  totp_added: "An authenticator app was added to your login.",
  totp_removed: "The authenticator app was removed from your login.",
  recovery_codes_made: "New recovery codes were made; the earlier ones do not work any more.",
  recovery_code_used: "One of your recovery codes was used to sign in; it does not work any more.",
  passkey_added: "A passkey was added to your login.",
  passkey_removed: "A passkey was removed from your login.",
  external_linked: "Another provider was linked to your login, and opens it from now on.",
  external_unlinked: "A provider was unlinked from your login, and does not open it any more.",
  app_let_in: "An app was let into your account. Your list of apps says which, and ends its access.",
};

const WRITERS: Writers = {
  verify: ({ code }, url) => ({
    subject: "Confirm your e-mail address",
    text: [
      "Somebody, hopefully you, has signed up with this address. To confirm it, open",
      linkWithCode(url, "verify", code),
      `or enter this code: ${code}`,
      "You are asked there for the password that you signed up with. The code is good for one day and five tries; if you do " +
        "not remember the password, sign up again.",
      "If you have not signed up, do nothing, and do not enter any password: there will be no login.",
    ].join("\n\n"),
  }),
  already_registered: (_, url) => ({
    subject: "You have a login already",
    text: [
      "Somebody, hopefully you, has tried to sign up with this address, which has a login already.",
      `If you have forgotten its password, ask for a new one at ${url}/account/forgot`,
      "If this was not you, there is nothing to do: nothing was changed.",
    ].join("\n\n"),
  }),
  reset: ({ code }, url) => ({
    subject: "Set a new password",
    text: [
      "Somebody, hopefully you, has asked to set a new password. To do so, open",
      linkWithCode(url, "reset", code),
      `or enter this code: ${code}`,
      "It is good for 30 minutes, once. If you have not asked for it, do nothing: your password stays.",
    ].join("\n\n"),
  }),
  invited: ({ code }, url) => ({
    subject: "You are invited",
    text: [
      "You have a login at the exchange now. To choose its password, which nobody else knows, open",
      linkWithCode(url, "reset", code),
      `or enter this code: ${code}`,
      "It is good for seven days, once; after that ask for a new password with this address.",
    ].join("\n\n"),
  }),
  password_changed: ({ by, endedKeys, keys, ways }) => ({
    subject: "Your password was changed",
    text: [
      by === "code"
        ? "Your password was changed by a code that was sent to you, and all sessions were ended."
        : "Your password was changed, and all other sessions were ended.",
      ...listed("These API keys were ended:", endedKeys.map(keyText)),
      ...listed("These API keys work as before; end those that you do not know:", keys.map(keyText)),
      ...listed("Besides the password there are still:", ways),
      NOT_YOU,
    ].join("\n\n"),
  }),
  key_made: ({ key }) => ({
    subject: "An API key was made for your account",
    text: ["An API key was made that opens your account:", keyText(key), KEY_NOT_YOU].join("\n\n"),
  }),
  key_widened: ({ key }) => ({
    subject: "An API key of yours was changed",
    text: ["An API key works from other places, or until another time, than before:", keyText(key), KEY_NOT_YOU].join(
      "\n\n",
    ),
  }),
  withdrawal_asked: ({ id, amount, at }) => ({
    subject: "A withdrawal was asked for",
    text: [
      `Somebody, hopefully you, has asked at ${timeText(at)} for ${amount} USD to be paid out of your account. ` +
        "It leaves when it has been approved.",
      `Withdrawal: ${id}`,
      "If this was not you, tell us at once, set a new password, sign out everywhere and end your API keys.",
    ].join("\n\n"),
  }),
  account_opened: ({ email }) => ({
    subject: "Your account was shared",
    text: [`${email} may read your trading account from now on: orders, positions and balances.`, NOT_YOU].join("\n\n"),
  }),
  factors_changed: ({ change }) => ({
    subject: "How you sign in was changed",
    text: [CHANGES[change] ?? "How you sign in was changed.", NOT_YOU].join("\n\n"),
  }),
  refresh_reused: () => ({
    subject: "A session was ended for your safety",
    text: [
      "A token of one of your sessions was used twice, as happens when it was stolen. That session was ended.",
      NOT_YOU,
    ].join("\n\n"),
  }),
  app_token_reused: () => appEnded("A token of an app that you had let into your account"),
  app_code_reused: () => appEnded("The code by which an app was let into your account"),
  new_device: ({ origin, at }, url) => ({
    subject: "Your login was used on a new device",
    text: [
      `Somebody, hopefully you, has signed in at ${timeText(at)} from a device or a network that was not used before.`,
      `Address: ${origin.ip === "" ? "unknown" : origin.ip}\nProgram: ${programText(origin.userAgent)}`,
      `If this was not you, set a new password at once: ${url}/account/forgot`,
    ].join("\n\n"),
  }),
  account_shared: ({ ownerEmail }, url) => ({
    subject: "An account was shared with you",
    text: [
      `${ownerEmail} lets you read a trading account: orders, positions and balances.`,
      `You find it among your accounts at ${url}, and can give it back there.`,
    ].join("\n\n"),
  }),
};

/** The code is in the URL's fragment, which browsers do not send: it appears in no log and no Referer. */
function linkWithCode(url: string, page: "verify" | "reset", code: string): string {
  return `${url}/account/${page}#code=${code}`;
}

/** The app is not named: its developer chose the name, which would put foreign text into our e-mail. */
function appEnded(what: string): EmailText {
  return {
    subject: "An app's access was ended for your safety",
    text: [
      `${what} was used twice, as happens when it was stolen. The access of that app was ended; your list of events says which one it was.`,
      "If you use the app, you can let it in again; tell its developer of this. Your password was not part of it.",
    ].join("\n\n"),
  };
}

function listed(title: string, lines: readonly string[]): string[] {
  return lines.length === 0 ? [] : [[title, ...lines.map((line) => `- ${line}`)].join("\n")];
}

function keyText({ keyId, scopes, createdAt, allowedIps, expiresAt }: KeyFacts): string {
  const places = allowedIps.length === 0 ? "from everywhere" : `from ${allowedIps.join(", ")}`;
  const end = expiresAt === null ? "without an end" : `until ${timeText(expiresAt)}`;
  return `${keyId} (${scopes.join(", ")}; ${places}; ${end}; made at ${timeText(createdAt)})`;
}

function timeText(at: number): string {
  return `${new Date(at).toISOString().slice(0, 16).replace("T", " ")} UTC`;
}

/** A user agent is chosen by the client: it must not put a link or a sentence into our e-mail. */
function programText(userAgent: string): string {
  const words = userAgent.replaceAll(/[^\w ./();-]/g, "").replaceAll(/\/\/|www\./gi, "");
  return words.trim().slice(0, PROGRAM_LENGTH_MAX) || "unknown";
}

/** The subject and text of an e-mail; `url` is the exchange's public URL. */
export function writeEmail<K extends EmailKind>(kind: K, facts: EmailFacts[K], url: string): EmailText {
  return WRITERS[kind](facts, url);
}
