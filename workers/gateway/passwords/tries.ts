/** How often passwords may be guessed, and mail asked for: per login and per network, whether or not there is a login. */
import { throttleObject } from "../../../durable-objects/actor/namespaces.ts";
import { ask } from "../../../protocol/fault.ts";
import type { ThrottleRpc } from "../../../protocol/throttle.ts";
import { type AppContext, originOf } from "../context.ts";
import { tooSoon } from "../known.ts";
import { networkName } from "../limits/network.ts";

/** A person mistypes a few times; many persons may share an address. */
const FREE_PER_LOGIN = 5;
const FREE_PER_NETWORK = 20;

/** A try of a password that may go on, and counts as failed until it is said to have been right. */
export interface Try {
  /** Gives how many tries of this login have failed since the last one that was right, within a day. */
  succeeded(): Promise<number>;
}

/** Begins a try of a login's password. Ends the request as `rate_limited` when it comes too early. */
export async function beginTry(c: AppContext, route: string): Promise<Try> {
  const login = throttleObject(c.env, `login/${route}`);
  const network = await networkThrottle(c, "network");
  const [loginWait, networkWait] = await ask(() =>
    Promise.all([login.begin(FREE_PER_LOGIN), network?.begin(FREE_PER_NETWORK) ?? 0]),
  );
  const wait = Math.max(loginWait, networkWait);
  if (wait > 0) {
    // A network that is refused must not lock the login of somebody else.
    await ask(async () => {
      if (loginWait === 0) await login.giveBack();
      if (networkWait === 0) await network?.giveBack();
    });
    throw tooSoon(wait);
  }
  return {
    succeeded: async () => {
      const [begun] = await ask(() => Promise.all([login.clear(), network?.giveBack()]));
      return begun - 1;
    },
  };
}

/** Counts a request that anybody can make and that sends mail. Ends it as `rate_limited` when it comes too early. */
export async function beginMail(c: AppContext): Promise<void> {
  const network = await networkThrottle(c, "mail");
  const wait = network === null ? 0 : await ask(() => network.begin(FREE_PER_NETWORK));
  if (wait > 0) throw tooSoon(wait);
}

/** The failures of this login's password count anew: it has another one. Gives how many there were. */
export async function forgetTries(c: AppContext, route: string): Promise<number> {
  return ask(() => throttleObject(c.env, `login/${route}`).clear());
}

/** What counts for the network that the request came from; null when the platform does not say. */
async function networkThrottle(c: AppContext, what: string): Promise<ThrottleRpc | null> {
  const { ip } = originOf(c);
  if (ip === "") return null;
  return throttleObject(c.env, `${what}/${await networkName(ip)}`);
}
