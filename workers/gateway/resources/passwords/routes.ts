import type { LoginRoute } from "../../../../domain/ids.ts";
import type * as z from "zod";
import { identityObject, routeOfLogin } from "../../../../durable-objects/actor/namespaces.ts";
import type { Region } from "../../../../protocol/ids/region.ts";
import { ApiFault, ask, unwrap } from "../../../../protocol/http/apiFault.ts";
import {
  changePasswordRequest,
  forgotRequest,
  type resetAnswer,
  resetRequest,
  signInRequest,
  signUpRequest,
  verifyRequest,
} from "../../../../protocol/wire/logins.ts";
import { keyToWire } from "../../../../protocol/mapping/apiKeys.ts";
import { routeOfCode } from "../../../../protocol/ids/emailCode.ts";
import { readBody } from "../../../../protocol/http/readRequest.ts";
import { answerSignIn, openAccount } from "../../answerSignIn.ts";
import { readJson } from "../../body.ts";
import { constantTime, constantTimeRefusal } from "../../constantTime.ts";
import { type AppContext, clientInfoOf } from "../../context.ts";
import { clientOf } from "../../devices.ts";
import { deriver } from "../../passwords/derive.ts";
import { beginAttempt, clearAttempts, countMailRequest } from "../../passwords/loginThrottle.ts";
import { refuseWeak } from "../../passwords/policy.ts";
import { readWithEmail } from "../../passwords/read.ts";
import { defineResource } from "../../resource.ts";
import { retryLater } from "../../retryLater.ts";
import { ACCESS } from "./access.ts";

/** Signing up and in with a password, and setting another one. */
export const passwordsResource = defineResource("passwords", ACCESS, {
  "/v1/auth/register": {
    POST: async (c) => {
      const { email, password, region, terms } = readWithEmail(signUpRequest, await readJson(c.req.raw));
      await refuseWeak(password, { email });
      await constantTime(c, async () => {
        const derived = await deriver.withSlot(async (slot) => {
          await countMailRequest(c, email);
          return slot.deriveNew(password);
        });
        const login = identityObject(c.env, await ask(() => routeOfLogin(c.env, email, () => region)));
        const asked = { email, password: derived, region, ...(terms === undefined ? {} : { terms }) };
        await ask(() => login.signUps.signUp(asked, clientInfoOf(c)));
      });
      return c.json({ status: "mail_sent" }, 202);
    },
  },

  "/v1/auth/verify": {
    POST: async (c) => {
      const { token, password } = unwrap(readBody(verifyRequest, await readJson(c.req.raw)));
      const route = routeOfCode(token);
      if (route === null) throw new ApiFault({ reason: "verification_failed" });
      const login = identityObject(c.env, route);
      // Checks the code first, so that an invalid code derives no key. Attempts are counted by code, which nobody can
      // guess, and not by e-mail, which anybody knows.
      const { userId, accountId } = await constantTimeRefusal(c, async () => {
        const derivation = unwrap(await ask(() => login.signUps.challenge(token)));
        return deriver.withSlot(async (slot) => {
          const key = await slot.derive(password, derivation);
          return unwrap(await ask(() => login.registration.verifySignUp(token, key, clientInfoOf(c))));
        });
      });
      await clearAttempts(c, route);
      await openAccount(c, { userId, accountId });
      return c.json({ user_id: userId, account_id: accountId });
    },
  },

  "/v1/auth/login": {
    POST: async (c) => {
      const { email, password, cookies } = readWithEmail(signInRequest, await readJson(c.req.raw));
      const route = await ask(() => routeOfLogin(c.env, email, madeUpRegion));
      const login = identityObject(c.env, route);
      const client = await clientOf(c, cookies);
      const standing =
        client.devices.length === 0 ? null : await ask(() => login.devices.recognize(clientInfoOf(c), client));
      // The slot is released before a refusal is delayed.
      const signedIn = await constantTimeRefusal(c, () =>
        deriver.withSlot(
          async (slot) => {
            const started = await beginAttempt(c, route, client);
            const key = await slot.derive(password, await ask(() => login.passwords.challenge()));
            const answer = await ask(() => login.passwords.signIn(key, clientInfoOf(c), client));
            if (!answer.ok && started.unknownClientWaitMs > 0) throw retryLater(started.unknownClientWaitMs);
            const outcome = unwrap(answer);
            await tellFailed(c, route, await started.succeeded());
            if (outcome.outdated) {
              const renewed = await slot.deriveNew(password);
              await ask(() => login.passwords.renew(key, renewed));
            }
            return outcome.signedIn;
          },
          standing !== null && standing.device !== null,
        ),
      );
      return answerSignIn(c, route, signedIn, { cookies });
    },
  },

  "/v1/auth/password": {
    POST: async (c) => {
      const { current, new: next } = unwrap(readBody(changePasswordRequest, await readJson(c.req.raw)));
      const { route, credential } = c.var.caller;
      const login = identityObject(c.env, route);
      const { derivation, ...about } = unwrap(await ask(() => login.passwords.own(credential)));
      await refuseWeak(next, about);
      await deriver.withSlot(async (slot) => {
        const key = await slot.derive(current, derivation);
        const derived = await slot.deriveNew(next);
        unwrap(await ask(() => login.passwords.change(key, derived, credential, clientInfoOf(c))));
      }, true);
      return c.body(null, 204);
    },
  },

  "/v1/auth/password/forgot": {
    POST: async (c) => {
      const { email } = readWithEmail(forgotRequest, await readJson(c.req.raw));
      await constantTime(c, async () => {
        const login = identityObject(c.env, await ask(() => routeOfLogin(c.env, email, madeUpRegion)));
        const client = await clientOf(c, false);
        // The login itself counts e-mails to known devices.
        const { device } = await ask(() => login.devices.recognize(clientInfoOf(c), client));
        if (device === null) await countMailRequest(c);
        await ask(() => login.signUps.forgotPassword(clientInfoOf(c), client));
      });
      return c.json({ status: "mail_sent" }, 202);
    },
  },

  "/v1/auth/password/reset": {
    POST: async (c) => {
      const { token, password, keep_api_keys } = unwrap(readBody(resetRequest, await readJson(c.req.raw)));
      const route = routeOfCode(token);
      if (route === null) throw new ApiFault({ reason: "code_invalid" });
      const login = identityObject(c.env, route);
      // Checks the code before deriving a key: derivations for guessed codes would be wasted work.
      const about = await constantTimeRefusal(c, async () => unwrap(await ask(() => login.signUps.resetOwner(token))));
      await refuseWeak(password, about);
      const client = await clientOf(c, false);
      const { ended, kept } = await deriver.withSlot(async (slot) => {
        const derived = await slot.deriveNew(password);
        return unwrap(
          await ask(() => login.signUps.resetPassword(token, derived, clientInfoOf(c), keep_api_keys, client)),
        );
      }, true);
      await tellFailed(c, route, await clearAttempts(c, route));
      const answer = { ended: ended.map(keyToWire), kept: kept.map(keyToWire) };
      return c.json({ api_keys: answer } satisfies z.infer<typeof resetAnswer>);
    },
  },
});

/**
 * The region in which an unknown e-mail is looked up: always the same for one e-mail, and half of them in the EU, so
 * that the time of the lookup does not reveal who has a login.
 */
function madeUpRegion(plain: string): Region {
  return plain.charCodeAt(0) % 2 === 0 ? "world" : "eu";
}

/**
 * E-mails the person about earlier failed attempts. Called after a success only, so only that request takes the time.
 */
async function tellFailed(c: AppContext, route: LoginRoute, count: number): Promise<void> {
  if (count > 0) await ask(() => identityObject(c.env, route).passwords.recordFailedAttempts(count));
}
