/** docs/errors.md and the page /docs/errors: every error of the catalogue, one of each. */
import { type ApiError, PLAIN_REASONS, wireError } from "../../protocol/errors/catalogue.ts";
import { problemTitle } from "../../protocol/errors/problem.ts";
import { TICKET_REASONS } from "../../protocol/errors/orderTicket.ts";
import { SAMPLES } from "./errorSamples.ts";
import { bullet, paragraph } from "../markdown.ts";
import { docsPage, escapeHtml } from "./html.ts";

interface Entry {
  readonly reason: ApiError["reason"];
  readonly status: number;
  readonly code: number;
  readonly text: string;
}

/** The catalogue by status, code and name. */
export function catalogue(): Entry[] {
  const samples: Readonly<Record<string, object>> = SAMPLES;
  const reasons = new Set([...PLAIN_REASONS, ...TICKET_REASONS, ...Object.keys(SAMPLES)]) as Set<ApiError["reason"]>;
  return [...reasons]
    .map((reason) => {
      const { status, body } = wireError({ reason, ...samples[reason] } as ApiError);
      return { reason, status, code: body.code, text: body.message };
    })
    .sort((a, b) => a.status - b.status || a.code - b.code || (a.reason < b.reason ? -1 : 1));
}

const ABOUT = [
  "Under the paths of Alpaca's API (/v2, /v3, /v1beta1 to /v1beta3, /v2beta1, /v1/corporate-actions, /v1/locates and /stream) an error is " +
    "{code, message, reason}; elsewhere it is a problem of RFC 9457 with the same code and reason, " +
    "whose type leads to its row here, whose detail is the text and whose instance is the request's id. Some have further fields.",
  "A program decides by the reason: it names the refusal, and never changes. Codes are Alpaca's, and several refusals share one. " +
    "The text is for people: words in it depend on the request.",
];

/** docs/errors.md. */
export function errorsMarkdown(): string {
  const rows = catalogue().map(({ reason, status, code, text }) =>
    bullet(`\`${reason}\`, ${status}, ${code}: ${text}`),
  );
  return [
    "# Errors\n\n<!-- `npm run docs:api` writes this page. -->\n",
    ABOUT.map((text) => paragraph(text)).join("\n\n"),
    "\nReason, status, code, and an example of its text:\n",
    `${rows.join("\n")}\n`,
  ].join("\n");
}

/** The page that problems lead to: an anchor for each. */
export function errorsHtml(): string {
  const rows = catalogue().map(
    ({ reason, status, code, text }) =>
      `<tr id="${reason}"><td>${problemTitle(reason)}<br><code>${reason}</code></td><td>${status}</td><td>${code}</td><td>${escapeHtml(text)}</td></tr>`,
  );
  return docsPage({
    title: "Errors",
    current: "/docs/errors",
    body: `<h1>Errors</h1>
${ABOUT.map((text) => `<p>${escapeHtml(text)}</p>`).join("\n")}
<table class="errors">
<thead><tr><th>reason</th><th>status</th><th>code</th><th>its text, for example</th></tr></thead>
<tbody>
${rows.join("\n")}
</tbody>
</table>`,
  });
}
