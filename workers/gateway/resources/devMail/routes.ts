import { html } from "hono/html";
import { devMailboxObject } from "../../../../durable-objects/actor/namespaces.ts";
import { ApiFault, ask } from "../../../../protocol/http/apiFault.ts";
import type { StoredEmail } from "../../../../protocol/rpc/devMailbox.ts";
import type { AppContext } from "../../context.ts";
import { answerPage } from "../../pages/page.ts";
import { defineResource } from "../../resource.ts";
import { ACCESS } from "./access.ts";

/** The e-mails of an exchange that sends none: of a developer's own machine. */
export const devMailResource = defineResource("devMail", ACCESS, {
  "/dev/outbox": {
    GET: async (c) => answerPage(c, { title: "Outbox", body: emailList(await emails(c)) }),
  },

  "/dev/outbox.json": {
    GET: async (c) => c.json(await emails(c)),
  },
});

function emails(c: AppContext): Promise<StoredEmail[]> {
  // 404 where e-mails are sent.
  if (c.env.MAILER !== "outbox") throw new ApiFault({ reason: "endpoint_not_found" });
  return ask(() => devMailboxObject(c.env).list());
}

/** The html tag escapes interpolated values. */
function emailList(list: readonly StoredEmail[]) {
  return html`<h1>Outbox</h1>
    <p>Mail that was not sent but kept here, the newest first.</p>
    ${list.map(
      ({ at, to, subject, text }) =>
        html`<article>
          <h2>${subject}</h2>
          <p class="dim">To ${to}, ${new Date(at).toISOString()}</p>
          <pre>${linked(text)}</pre>
        </article>`,
    )}`;
}

/** A text with its URLs as links. The html tag escapes both. */
function linked(text: string) {
  return text
    .split(/(https?:\/\/[^\s<>"]+)/)
    .map((part, nth) => (nth % 2 === 1 ? html`<a href="${part}">${part}</a>` : html`${part}`));
}
