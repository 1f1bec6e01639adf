import * as z from "zod";
import { readText } from "../../body.ts";
import type { AppContext } from "../../context.ts";
import { providersOf } from "../../oauth/providers.ts";
import { returnPath } from "../../oauth/returnTo.ts";
import { forwardedHeaders } from "../../pages/forwardedHeaders.ts";
import { hasValidFormToken, mfaPage, signInPage, type FormError } from "../../pages/signInPage.ts";
import { defineResource } from "../../resource.ts";
import { ACCESS } from "./access.ts";
import { askToSignOut, signOut } from "./signOut.ts";

/** The default target after a sign-in. */
const HOME = "/";

/** The part of a sign-in response that the page needs. */
const SignInAnswer = z.union([
  z.object({ mfa_required: z.literal(true), challenge: z.string(), methods: z.array(z.string()) }),
  z.object({ csrf_token: z.string() }),
]);

const TEXTS = {
  form: "This form was not sent from our page, or is too old. Please try again.",
  wrong: "That is not right. Please try again.",
  later: "Too many attempts. Please wait before the next one.",
  unavailable: "The exchange is briefly unavailable. Please try again.",
  provider: "The sign-in with the other provider failed. Please try again.",
  away: "The other provider does not answer. Please try again in a moment.",
  unverified: "The other provider does not confirm your e-mail address.",
} as const;

/** The pages of signing in and out. */
export const signInPagesResource = defineResource("signInPages", ACCESS, {
  "/auth/sign-in": {
    GET: (c) => askToSignIn(c, returnPath(c.req.query("return_to")) ?? HOME, failureOf(c.req.query("failed"))),
    POST: signIn,
  },
  "/auth/sign-out": { GET: (c) => askToSignOut(c, null), POST: signOut },
});

/** The error of a sign-in with another provider (resources/externalSignIn). */
function failureOf(reason: string | undefined): FormError | null {
  if (reason === undefined) return null;
  if (reason === "external_unavailable") return { text: TEXTS.away, status: 503 };
  return { text: reason === "external_email_unverified" ? TEXTS.unverified : TEXTS.provider, status: 400 };
}

function askToSignIn(c: AppContext, returnTo: string, trouble: FormError | null, email = ""): Promise<Response> {
  const providers = providersOf(c.env.OIDC_PROVIDERS).map(({ name, label = name }) => ({ name, label }));
  return signInPage(c, returnTo, providers, trouble, email);
}

async function signIn(c: AppContext): Promise<Response> {
  const form = new URLSearchParams(await readText(c.req.raw));
  const field = (name: string): string => form.get(name) ?? "";
  const returnTo = returnPath(field("return_to")) ?? HOME;
  if (!hasValidFormToken(c, form)) return askToSignIn(c, returnTo, { text: TEXTS.form, status: 400 });
  const challenge = field("challenge");
  const second = challenge !== "";
  const code = field("code").normalize("NFKC").trim();
  const answer = second
    ? { challenge, [/^\d{6}$/.test(code.replace(/[\s-]/g, "")) ? "totp" : "recovery_code"]: code }
    : { email: field("email"), password: field("password") };
  const request = new Request(new URL(second ? "/v1/auth/mfa" : "/v1/auth/login", c.req.url), {
    method: "POST",
    headers: forwardedHeaders(c),
    body: JSON.stringify({ ...answer, cookies: true }),
  });
  const response = await c.var.callApi(request);
  if (response.status === 200) {
    const signedIn = SignInAnswer.parse(await response.json());
    if ("mfa_required" in signedIn) return mfaPage(c, { ...signedIn, returnTo });
    for (const cookie of response.headers.getSetCookie()) c.header("Set-Cookie", cookie, { append: true });
    return c.redirect(returnTo, 303);
  }
  const trouble = troubleOf(response.status);
  const wait = response.headers.get("Retry-After");
  if (wait !== null) c.header("Retry-After", wait);
  const methods = field("methods").split(" ");
  return second
    ? mfaPage(c, { challenge, methods, returnTo }, trouble)
    : askToSignIn(c, returnTo, trouble, field("email"));
}

function troubleOf(status: number): FormError {
  if (status === 429) return { text: TEXTS.later, status: 429 };
  return status >= 500 ? { text: TEXTS.unavailable, status: 503 } : { text: TEXTS.wrong, status: 401 };
}
