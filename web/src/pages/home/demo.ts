/** Beginning a demo: a guest's login with a paper account, by one request. */
import type * as z from "zod";
import type { demoOffer } from "../../../../protocol/wire/demo.ts";
import type { cookiesAnswer } from "../../../../protocol/wire/sessions.ts";
import { call, keepCsrfToken } from "../../api/client.ts";
import { loadSession } from "../../api/session.ts";

export type DemoOffer = z.infer<typeof demoOffer>;

/** What this exchange offers to visitors; null while it is not known. */
export async function readDemoOffer(): Promise<DemoOffer | null> {
  return call<DemoOffer>("GET", "/v1/demo").catch(() => null);
}

/** Signs this browser in as a new guest. */
export async function beginDemo(): Promise<void> {
  const { csrf_token: token } = await call<z.infer<typeof cookiesAnswer>>("POST", "/v1/demo");
  keepCsrfToken(token);
  await loadSession();
}
