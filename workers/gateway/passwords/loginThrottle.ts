/**
 * Throttles password attempts and requests that send e-mails, whether or not the login exists. The attempts of each
 * known device and of each known network of a login are counted apart, and those of all unknown clients together. So an
 * attacker delays unknown clients and not the login's person.
 */
import type { LoginRoute } from "../../../domain/ids.ts";
import { identityObject, throttleObject } from "../../../durable-objects/actor/namespaces.ts";
import { ask } from "../../../protocol/http/apiFault.ts";
import type { Client } from "../../../protocol/rpc/identity/devices.ts";
import { normaliseEmail } from "../../../protocol/ids/loginRoute.ts";
import type { ThrottleRpc } from "../../../protocol/rpc/throttle.ts";
import { type AppContext, clientInfoOf } from "../context.ts";
import { hexDigest } from "../hexDigest.ts";
import { retryLater } from "../retryLater.ts";
import { networkName } from "../limits/network.ts";

/** Free attempts: people mistype, and many people may share an address. */
const FREE_PER_LOGIN = 5;
const FREE_PER_NETWORK = 20;
const FREE_PER_MAILBOX = 10;

/** A password attempt that was admitted. It counts as failed until `succeeded`. */
export interface Attempt {
  /**
   * The delay in milliseconds that an unknown client would have had, which is the answer to a wrong password: any other
   * answer would reveal that this login has been used from this network. 0: no delay.
   */
  readonly unknownClientWaitMs: number;
  /** Returns how many attempts on this login have failed since its person was last told, within a day. */
  succeeded(): Promise<number>;
}

/** Begins an attempt. Ends the request as `rate_limited` when it comes too early. */
export async function beginAttempt(c: AppContext, route: LoginRoute, client: Client): Promise<Attempt> {
  const { device, network: known } = await ask(() =>
    identityObject(c.env, route).devices.recognize(clientInfoOf(c), client),
  );
  const unknownClients = throttleObject(c.env, `login/${route}`);
  if (device !== null) {
    const own = throttleObject(c.env, `device/${route}/${device}`);
    // A thief of the device token can exhaust its attempts. The person then comes from a known network.
    if ((await ask(() => own.begin(FREE_PER_LOGIN))) === 0) return attemptOf(own, unknownClients, null, 0);
  }
  const network = await networkThrottle(c, "network");
  const [wait, networkWait] = await ask(() =>
    Promise.all([unknownClients.begin(FREE_PER_LOGIN), network?.begin(FREE_PER_NETWORK) ?? 0]),
  );
  if (networkWait > 0) {
    // A refused network must not throttle the login.
    if (wait === 0) await ask(() => unknownClients.giveBack());
    throw retryLater(Math.max(wait, networkWait));
  }
  if (wait === 0) {
    return {
      unknownClientWaitMs: 0,
      succeeded: async () => {
        const [begun] = await ask(() => Promise.all([unknownClients.clear(), network?.giveBack()]));
        return Math.max(0, begun - 1);
      },
    };
  }
  // Unknown clients are delayed. A known network of the login has attempts of its own.
  const knownNetwork = known ? throttleObject(c.env, `place/${route}/${await networkName(clientInfoOf(c).ip)}`) : null;
  if (knownNetwork === null || (await ask(() => knownNetwork.begin(FREE_PER_LOGIN))) > 0) {
    await ask(async () => network?.giveBack());
    throw retryLater(wait);
  }
  return attemptOf(knownNetwork, unknownClients, network, wait);
}

/**
 * An attempt of a known client. Its success does not end the delay of unknown clients, and the person is told of their
 * failures.
 */
function attemptOf(
  own: ThrottleRpc,
  unknownClients: ThrottleRpc,
  network: ThrottleRpc | null,
  unknownClientWaitMs: number,
): Attempt {
  return {
    unknownClientWaitMs: unknownClientWaitMs,
    succeeded: async () => {
      const [begun, others] = await ask(() => Promise.all([own.clear(), unknownClients.tell(), network?.giveBack()]));
      return Math.max(0, begun - 1) + others;
    },
  };
}

/**
 * Counts a public request that sends an e-mail. Ends it as `rate_limited` when it comes too early. `signUp`: the
 * address of a sign-up; addresses that differ only after a plus reach the same mailbox, so they are counted together.
 */
export async function countMailRequest(c: AppContext, signUp?: string): Promise<void> {
  const network = await networkThrottle(c, "mail");
  const wait = network === null ? 0 : await ask(() => network.begin(FREE_PER_NETWORK));
  if (wait > 0) throw retryLater(wait);
  const [, mailbox, domain] = /^([^+]+)\+.*(@[^@]+)$/.exec(normaliseEmail(signUp ?? "")) ?? [];
  if (mailbox === undefined || domain === undefined) return;
  const name = await hexDigest(mailbox + domain);
  const mailboxWait = await ask(() => throttleObject(c.env, `mailbox/${name}`).begin(FREE_PER_MAILBOX));
  if (mailboxWait > 0) throw retryLater(mailboxWait);
}

/** Clears the failures of a login whose password was changed. Returns how many there were. */
export async function clearAttempts(c: AppContext, route: LoginRoute): Promise<number> {
  return ask(() => throttleObject(c.env, `login/${route}`).clear());
}

/** The throttle of the request's network; null when the platform does not tell the address. */
async function networkThrottle(c: AppContext, what: string): Promise<ThrottleRpc | null> {
  const { ip } = clientInfoOf(c);
  if (ip === "") return null;
  return throttleObject(c.env, `${what}/${await networkName(ip)}`);
}
