/** The gateway with two more routes: one public, one for authenticated callers. Only `bench/auth.ts` runs it. */
import type { Context } from "hono";
import { anyone, reads } from "../workers/gateway/accessRule.ts";
import { createApp } from "../workers/gateway/app.ts";
import { authorize } from "../workers/gateway/middleware/authorize.ts";

const app = createApp();
const answer = (c: Context): Response => c.json({ timestamp: new Date().toISOString() });
app.get("/bench/open", authorize(anyone), answer);
app.get("/bench/verified", authorize(reads), answer);

export default app;
