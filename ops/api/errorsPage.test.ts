import { expect, expectTypeOf, test } from "vitest";
import type { Refusal } from "../../domain/account/entry/refusal.ts";
import { type ApiError, PLAIN_REASONS, type WireError, wireError } from "../../protocol/errors/catalogue.ts";
import type { GatewayError } from "../../protocol/errors/gatewayError.ts";
import { errorAnswer } from "../../protocol/errors/problem.ts";
import { TICKET_REASONS } from "../../protocol/errors/orderTicket.ts";
import { catalogue, errorsMarkdown } from "./errorsPage.ts";
import { SAMPLES } from "./errorSamples.ts";

const samples: Readonly<Record<string, object>> = SAMPLES;
const errorOf = (reason: string) => ({ reason, ...samples[reason] }) as ApiError;

test("WS-2: every reason is in exactly one table of the catalogue", () => {
  const rest = Object.keys(SAMPLES).filter((reason) => !TICKET_REASONS.includes(reason));
  const all = [...PLAIN_REASONS, ...TICKET_REASONS, ...rest];
  expect(all.filter((reason, at) => all.indexOf(reason) !== at)).toEqual([]);
  expectTypeOf<Extract<GatewayError["reason"], Refusal["reason"]>>().toBeNever();
  // A response without a reason, or with an unlisted one, does not compile.
  expectTypeOf<WireError["body"]["reason"]>().toEqualTypeOf<ApiError["reason"]>();
});

test("WS-2: every error has its reason in both shapes and on the page, in snake_case", () => {
  const entries = catalogue();
  expect(entries.length).toBeGreaterThan(100);
  const page = errorsMarkdown();
  for (const { reason, code } of entries) {
    expect(reason).toMatch(/^[a-z]+(_[a-z]+)*$/);
    const answers = ["/v2/orders", "/v1/keys"].map((path) => errorAnswer(errorOf(reason), path, "r").body);
    for (const body of [...answers, wireError(errorOf(reason)).body]) expect(body).toMatchObject({ code, reason });
    expect(page).toContain(`\n- \`${reason}\`, `);
  }
});
