/** Pages that links in e-mails lead to. Opening one changes nothing, because mail scanners open links too. */
import { html } from "hono/html";
import type * as z from "zod";
import { resetAnswer } from "../../../../protocol/wire/logins.ts";
import type { keyWire } from "../../../../protocol/wire/apiKeys.ts";
import { readText } from "../../body.ts";
import type { AppContext } from "../../context.ts";
import { CODE_SCRIPT } from "../../pages/codeScript.ts";
import { answerPage, type Markup } from "../../pages/page.ts";
import { defineResource } from "../../resource.ts";
import { ACCESS } from "./access.ts";
import { forwardedHeaders } from "../../pages/forwardedHeaders.ts";

type Given = Readonly<Record<string, string>>;

interface Step {
  readonly title: string;
  /** The label of the button. */
  readonly does: string;
  /** The API path that the form calls. */
  readonly path: string;
  /** The input fields; `given` has the values of the link or of a refused form. Passwords are not repeated. */
  readonly fields: (given: Given) => Markup;
  readonly done: (answer: unknown) => Markup;
  /** Makes the API's body; without it the form's fields are the body. */
  readonly body?: (form: Given) => unknown;
}

const codeField = ({ token = "" }: Given): Markup =>
  html`<label
    >Code from the mail<input name="token" value="${token}" autocomplete="one-time-code" required maxlength="128"
  /></label>`;
const emailField = ({ email = "" }: Given): Markup =>
  html`<label
    >E-mail<input type="email" name="email" value="${email}" autocomplete="username" required maxlength="254"
  /></label>`;
const option = (value: string, text: string, { region }: Given): Markup =>
  html`<option value="${value}" ${region === value ? "selected" : ""}>${text}</option>`;
const signIn = html`<a class="button primary" href="/auth/sign-in">Sign in</a>`;

function keyList(title: string, keys: readonly z.infer<typeof keyWire>[]): Markup {
  if (keys.length === 0) return html``;
  const lines = keys.map((key) => html`<li><code>${key.key_id}</code> ${key.name} (${key.scopes.join(", ")})</li>`);
  return html`<p>${title}</p>
    <ul>
      ${lines}
    </ul>`;
}

const VERIFY: Step = {
  title: "Confirm your e-mail address",
  does: "Confirm",
  path: "/v1/auth/verify",
  fields: (given) =>
    html`${codeField(given)}<label
        >The password that you signed up with<input
          type="password"
          name="password"
          autocomplete="current-password"
          required
          maxlength="256"
      /></label>
      <p>If you have not signed up, close this page: without that password nothing happens.</p>`,
  done: () =>
    html`<p>Your address is confirmed.</p>
      ${signIn}`,
};

const RESET: Step = {
  title: "Set a new password",
  does: "Set password",
  path: "/v1/auth/password/reset",
  fields: (given) =>
    html`${codeField(given)}<label
        >New password<input
          type="password"
          name="password"
          autocomplete="new-password"
          required
          minlength="12"
          maxlength="256" /></label
      ><label><input type="checkbox" name="keep_api_keys" value="yes" /> Keep my API keys</label>
      <p>Without this every API key ends. Keep them only if nobody but you can have made any.</p>`,
  body: ({ keep_api_keys: keep, ...fields }) => ({ ...fields, keep_api_keys: keep === "yes" }),
  done: (answer) => {
    const { ended, kept } = resetAnswer.parse(answer).api_keys;
    return html`<p>Your new password is set. Every session was ended.</p>
      ${keyList("These API keys were ended:", ended)} ${keyList("These API keys work as before:", kept)} ${signIn}`;
  },
};

const REGISTER: Step = {
  title: "Create a login",
  does: "Create",
  path: "/v1/auth/register",
  fields: (given) =>
    html`${emailField(given)}
      <label
        >Password, twelve characters or more<input
          type="password"
          name="password"
          autocomplete="new-password"
          required
          minlength="12"
          maxlength="256"
      /></label>
      <label
        >Where your data is kept<select name="region">
          ${option("world", "Anywhere", given)} ${option("eu", "In the European Union", given)}
        </select></label
      >`,
  done: () =>
    html`<p>A code is on its way to this address. It is good for a day, and its link completes your login.</p>
      <a class="button primary" href="/account/verify">Enter the code</a>`,
};

const FORGOT: Step = {
  title: "Forgotten password",
  does: "Send a code",
  path: "/v1/auth/password/forgot",
  fields: (given) => html`${emailField(given)}`,
  done: () => html`<p>If this address has a login, a code is on its way to it. It is good for 30 minutes.</p>`,
};

/** The pages that links in e-mails lead to. */
export const accountPagesResource = defineResource("accountPages", ACCESS, {
  "/account/register": handlersOf(REGISTER),
  "/account/verify": handlersOf(VERIFY),
  "/account/reset": handlersOf(RESET),
  "/account/forgot": handlersOf(FORGOT),
});

/** No CSRF check: no session is involved, so a form of another site can do no more than any API client. */
function handlersOf(step: Step) {
  return {
    // E-mails of earlier releases have the code in the query, those of this one in the fragment (codeScript.ts).
    GET: (c: AppContext) => ask(c, step, { token: c.req.query("code") ?? "" }),
    POST: (c: AppContext) => take(c, step),
  };
}

function ask(c: AppContext, step: Step, given: Given, trouble: Trouble | null = null): Promise<Response> {
  const { title, does, fields } = step;
  const body = html`<main class="card">
    <h1>${title}</h1>
    ${trouble === null ? "" : html`<p class="bad" role="alert">${trouble.text}</p>`}
    <form method="post" action="${c.req.path}">${fields(given)}<button class="primary">${does}</button></form>
  </main>`;
  return answerPage(c, { title, body, status: trouble?.status ?? 200, script: CODE_SCRIPT });
}

async function take(c: AppContext, step: Step): Promise<Response> {
  const form = new URLSearchParams(await readText(c.req.raw));
  const fields: Given = Object.fromEntries(form);
  const answer = await c.var.callApi(
    new Request(new URL(step.path, c.req.url), {
      method: "POST",
      headers: forwardedHeaders(c),
      body: JSON.stringify(step.body?.(fields) ?? fields),
    }),
  );
  if (!answer.ok) {
    const wait = answer.headers.get("Retry-After");
    if (wait !== null) c.header("Retry-After", wait);
    return ask(c, step, fields, await troubleOf(answer));
  }
  const { title, done } = step;
  const said = answer.status === 200 ? await answer.json() : null;
  return answerPage(c, {
    title,
    body: html`<main class="card">
      <h1>${title}</h1>
      ${done(said)}
    </main>`,
  });
}

interface Trouble {
  readonly text: string;
  readonly status: 401 | 413 | 422 | 429 | 503;
}

/** The catalogue's message for errors that the person can correct. */
async function troubleOf(answer: Response): Promise<Trouble> {
  if (answer.status === 429) return { text: "Too many attempts. Please wait before the next one.", status: 429 };
  const { status } = answer;
  if (status !== 401 && status !== 413 && status !== 422) {
    return { text: "The exchange is briefly unavailable. Please try again.", status: 503 };
  }
  const { detail } = (await answer.json()) as { readonly detail: string };
  return { text: `That did not work: ${detail}.`, status };
}
