import { identityObject } from "../../../../durable-objects/actor/namespaces.ts";
import { ApiFault, ask, unwrap } from "../../../../protocol/http/apiFault.ts";
import type { MfaAnswer, StepUpAnswer } from "../../../../protocol/rpc/identity/mfa.ts";
import { type PasskeyAssertion, requestOptions } from "../../../../protocol/wire/passkeys.ts";
import { isRoute, routeOfEmail } from "../../../../protocol/ids/loginRoute.ts";
import {
  mfaRequest,
  newPasskeyRequest,
  passkeySignInRequest,
  stepUpRequest,
  totpConfirmation,
} from "../../../../protocol/wire/mfa.ts";
import { mfaToWire, passkeyToWire } from "../../../../protocol/mapping/mfa.ts";
import { readBody } from "../../../../protocol/http/readRequest.ts";
import { answerSignIn } from "../../answerSignIn.ts";
import { readJson } from "../../body.ts";
import { constantTimeRefusal } from "../../constantTime.ts";
import { type AppContext, clientInfoOf } from "../../context.ts";
import { clientOf } from "../../devices.ts";
import { deriver } from "../../passwords/derive.ts";
import { loginOf } from "../../login.ts";
import { defineResource } from "../../resource.ts";
import { evictSession } from "../../sessionVerification.ts";
import { relyingPartyOf } from "../../relyingParty.ts";
import { ACCESS } from "./access.ts";

/** Second factors: signing in with one, stepping up, and managing them. */
export const mfaResource = defineResource("mfa", ACCESS, {
  "/v1/auth/mfa": {
    POST: async (c) => {
      const { challenge, totp, recovery_code, passkey, cookies } = unwrap(
        readBody(mfaRequest, await readJson(c.req.raw)),
      );
      const [route = "", opened = ""] = challenge.split(".");
      if (!isRoute(route)) throw new ApiFault({ reason: "mfa_failed" });
      const answer: MfaAnswer =
        passkey !== undefined
          ? { kind: "passkey", response: passkey, site: relyingPartyOf(c) }
          : totp !== undefined
            ? { kind: "totp", code: totp }
            : { kind: "recovery_code", code: recovery_code ?? "" };
      const client = await clientOf(c, cookies);
      const login = identityObject(c.env, route);
      const grant = await constantTimeRefusal(c, async () =>
        unwrap(await ask(() => login.factorSignIn.finish(opened, answer, client))),
      );
      return answerSignIn(c, route, { kind: "session", grant }, { cookies });
    },
  },

  "/v1/auth/passkey/options": {
    POST: async (c) => {
      // Any login can issue the challenge, also a random one: the person is not known yet.
      const route = await routeOfEmail(crypto.randomUUID());
      const request = await ask(() => identityObject(c.env, route).factorSignIn.passkeyRequest());
      return c.json(requestOptions(request, relyingPartyOf(c).rpId));
    },
  },

  "/v1/auth/passkey": {
    POST: async (c) => {
      const { passkey, cookies } = unwrap(readBody(passkeySignInRequest, await readJson(c.req.raw)));
      const route = routeOfHandle(passkey);
      const client = await clientOf(c, cookies);
      const login = identityObject(c.env, route);
      const grant = await constantTimeRefusal(c, async () =>
        unwrap(await ask(() => login.factorSignIn.byPasskey(passkey, relyingPartyOf(c), clientInfoOf(c), client))),
      );
      return answerSignIn(c, route, { kind: "session", grant }, { cookies });
    },
  },

  "/v1/auth/step-up/options": {
    POST: async (c) => {
      const { methods, passkey } = await ask(() => loginOf(c).stepUpAuth.options(c.var.caller.credential));
      return c.json({ methods, passkey: passkey === null ? null : requestOptions(passkey, relyingPartyOf(c).rpId) });
    },
  },

  "/v1/auth/step-up": {
    POST: async (c) => {
      const { password, totp, passkey } = unwrap(readBody(stepUpRequest, await readJson(c.req.raw)));
      if (password !== undefined) await stepUpByPassword(c, password);
      else if (passkey !== undefined) await stepUp(c, { kind: "passkey", response: passkey, site: relyingPartyOf(c) });
      else await stepUp(c, { kind: "totp", code: totp ?? "" });
      return c.body(null, 204);
    },
  },

  "/v1/mfa": {
    GET: async (c) => c.json(mfaToWire(await ask(() => loginOf(c).factors.status()))),
  },

  "/v1/mfa/totp": {
    POST: async (c) => c.json(await ask(() => loginOf(c).factors.enrolTotp()), 201),
    DELETE: async (c) => {
      unwrap(await ask(() => loginOf(c).factors.removeTotp(clientInfoOf(c))));
      return c.body(null, 204);
    },
  },

  "/v1/mfa/totp/confirm": {
    POST: async (c) => {
      const { code } = unwrap(readBody(totpConfirmation, await readJson(c.req.raw)));
      const recoveryCodes = unwrap(
        await ask(() => loginOf(c).factors.confirmTotp(code, clientInfoOf(c), c.var.caller.credential)),
      );
      return c.json({ recovery_codes: recoveryCodes });
    },
  },

  "/v1/mfa/recovery-codes": {
    POST: async (c) => {
      const recoveryCodes = unwrap(await ask(() => loginOf(c).factors.makeRecoveryCodes(clientInfoOf(c))));
      return c.json({ recovery_codes: recoveryCodes }, 201);
    },
  },

  "/v1/mfa/passkeys": {
    GET: async (c) => {
      const { passkeys } = await ask(() => loginOf(c).factors.status());
      return c.json({ passkeys: passkeys.map(passkeyToWire) });
    },
    POST: async (c) => {
      const { label, passkey } = unwrap(readBody(newPasskeyRequest, await readJson(c.req.raw)));
      const { credential } = c.var.caller;
      const added = await ask(() =>
        loginOf(c).factors.addPasskey(credential, passkey, label, relyingPartyOf(c), clientInfoOf(c)),
      );
      const { id, recoveryCodes } = unwrap(added);
      return c.json({ id, recovery_codes: recoveryCodes }, 201);
    },
  },

  "/v1/mfa/passkeys/options": {
    POST: async (c) =>
      c.json(await ask(() => loginOf(c).factors.passkeyRegistration(c.var.caller.credential, relyingPartyOf(c)))),
  },

  "/v1/mfa/passkeys/:id": {
    DELETE: async (c) => {
      unwrap(await ask(() => loginOf(c).factors.removePasskey(c.req.param("id"), clientInfoOf(c))));
      return c.body(null, 204);
    },
  },
});

async function stepUpByPassword(c: AppContext, password: string): Promise<void> {
  const { derivation } = unwrap(await ask(() => loginOf(c).passwords.own(c.var.caller.credential)));
  await deriver.withSlot(async (slot) => {
    const key = await slot.derive(password, derivation);
    await stepUp(c, { kind: "password", key });
  }, true);
}

async function stepUp(c: AppContext, answer: StepUpAnswer): Promise<void> {
  const { credential } = c.var.caller;
  unwrap(await ask(() => loginOf(c).stepUpAuth.prove(credential, answer, clientInfoOf(c))));
  evictSession(credential);
}

/** The login that a passkey's user handle names. */
function routeOfHandle({ response: { userHandle } }: PasskeyAssertion): string {
  const text = typeof userHandle === "string" ? atob(userHandle.replaceAll("-", "+").replaceAll("_", "/")) : "";
  const [route = ""] = text.split(".");
  if (!isRoute(route)) throw new ApiFault({ reason: "mfa_failed" });
  return route;
}
