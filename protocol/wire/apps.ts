/** Bodies about apps of other people on our API. */
import * as z from "zod";
import { APP_SCOPES } from "../auth/appScopes.ts";
import { plainText } from "./plainText.ts";
import { time } from "./primitives.ts";

const NAME_MAX = 64;
/** The library keeps the address beside a grant in a limited place. */
const REDIRECT_URI_MAX = 300;
const LOOPBACK = /^(?:localhost|127(?:\.\d{1,3}){3}|\[::1\])$/;

/** Where codes may be sent: https, or an app on the person's own machine; compared as it stands. */
const redirectUri = z
  .string()
  .max(REDIRECT_URI_MAX)
  .refine(isRedirectUri, "an https address, or http on this machine, without user or #");

export const newApp = z
  .strictObject({
    name: plainText(NAME_MAX).trim().min(1),
    redirect_uris: z.array(redirectUri).min(1).max(10),
    /** The app cannot keep a secret: it runs on its persons' machines. */
    public: z.boolean().default(false),
  })
  .meta({ id: "NewApp" });

export const appAnswer = z
  .object({
    client_id: z.string(),
    name: z.string(),
    redirect_uris: z.array(z.string()),
    public: z.boolean(),
    created_at: time,
  })
  .meta({ id: "App" });

export const newAppAnswer = appAnswer
  .extend({ client_secret: z.string().optional().describe("Shown this once; public apps have none.") })
  .meta({ id: "RegisteredApp" });

export const letInAnswer = z
  .object({
    client_id: z.string(),
    name: z.string(),
    scopes: z.array(z.enum(APP_SCOPES)),
    created_at: time,
    last_used_at: time,
  })
  .meta({ id: "AppAccess" });

export const linkAnswer = z.object({ provider: z.string(), created_at: time }).meta({ id: "ExternalLink" });

/** What names one host: URLs allow more in them, which other readers take otherwise, and which no policy can name. */
const PLAIN_HOST = /^[a-z0-9.:[\]-]+$/;

function isRedirectUri(text: string): boolean {
  if (!/^[!-~]+$/.test(text) || /[#\\]/.test(text) || !URL.canParse(text)) return false;
  const { protocol, hostname, username, password } = new URL(text);
  if (username !== "" || password !== "" || !PLAIN_HOST.test(hostname)) return false;
  return protocol === "https:" || (protocol === "http:" && LOOPBACK.test(hostname));
}
