/**
 * How often passwords may be guessed, and mail asked for, whether or not there is a login. Tries of one login are counted
 * apart for each device and each network that it knows, and together for everybody else: a stranger who guesses makes
 * strangers wait, and not its person.
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

/** A person mistypes a few times; many persons may share an address. */
const FREE_PER_LOGIN = 5;
const FREE_PER_NETWORK = 20;
const FREE_PER_MAILBOX = 10;

/** A try of a password that may go on, and counts as failed until it is said to have been right. */
export interface Attempt {
  /**
   * If the password is wrong: how long a stranger would have had to wait, in milliseconds, which is then the answer. A
   * neighbour would otherwise see by the refusal that this login was used from here. 0: it is simply wrong.
   */
  readonly unknownClientWaitMs: number;
  /** Gives how many tries of this login have failed since its person was told last, within a day. */
  succeeded(): Promise<number>;
}

/** Begins a try of a login's password. Ends the request as `rate_limited` when it comes too early. */
export async function beginAttempt(c: AppContext, route: string, client: Client): Promise<Attempt> {
  const { device, network: known } = await ask(() =>
    identityObject(c.env, route).devices.recognize(clientInfoOf(c), client),
  );
  const strangers = throttleObject(c.env, `login/${route}`);
  if (device !== null) {
    const own = throttleObject(c.env, `device/${route}/${device}`);
    // Somebody who has stolen the token can make it wait: then its person comes like everybody else, from a known network.
    if ((await ask(() => own.begin(FREE_PER_LOGIN))) === 0) return attemptOf(own, strangers, null, 0);
  }
  const network = await networkThrottle(c, "network");
  const [wait, networkWait] = await ask(() =>
    Promise.all([strangers.begin(FREE_PER_LOGIN), network?.begin(FREE_PER_NETWORK) ?? 0]),
  );
  if (networkWait > 0) {
    // A network that is refused must not lock the login of somebody else.
    if (wait === 0) await ask(() => strangers.giveBack());
    throw retryLater(Math.max(wait, networkWait));
  }
  if (wait === 0) {
    return {
      unknownClientWaitMs: 0,
      succeeded: async () => {
        const [begun] = await ask(() => Promise.all([strangers.clear(), network?.giveBack()]));
        return Math.max(0, begun - 1);
      },
    };
  }
  // Strangers have to wait. Who comes from a network of the login's person has tries of its own.
  const place = known ? throttleObject(c.env, `place/${route}/${await networkName(clientInfoOf(c).ip)}`) : null;
  if (place === null || (await ask(() => place.begin(FREE_PER_LOGIN))) > 0) {
    await ask(async () => network?.giveBack());
    throw retryLater(wait);
  }
  return attemptOf(place, strangers, network, wait);
}

/** A try that is not one of strangers: when it is right they go on waiting, and the person is told of what they tried. */
function attemptOf(
  own: ThrottleRpc,
  strangers: ThrottleRpc,
  network: ThrottleRpc | null,
  strangersWaitMs: number,
): Attempt {
  return {
    unknownClientWaitMs: strangersWaitMs,
    succeeded: async () => {
      const [begun, others] = await ask(() => Promise.all([own.clear(), strangers.tell(), network?.giveBack()]));
      return Math.max(0, begun - 1) + others;
    },
  };
}

/**
 * Counts a request that anybody can make and that sends mail. Ends it as `rate_limited` when it comes too early. `signUp`: to
 * an address that may be anybody's; what follows a plus in it leads to the same mailbox, so those are counted together.
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

/** The failures of this login's password count anew: it has another one. Gives how many there were. */
export async function clearAttempts(c: AppContext, route: LoginRoute): Promise<number> {
  return ask(() => throttleObject(c.env, `login/${route}`).clear());
}

/** What counts for the network that the request came from; null when the platform does not say. */
async function networkThrottle(c: AppContext, what: string): Promise<ThrottleRpc | null> {
  const { ip } = clientInfoOf(c);
  if (ip === "") return null;
  return throttleObject(c.env, `${what}/${await networkName(ip)}`);
}
