/** Bodies and answers of the endpoints of OAuth apps. */
import * as z from "zod";
import { APP_SCOPES } from "../auth/appScopes.ts";
import { plainText } from "./plainText.ts";
import { time } from "./primitives.ts";

const NAME_MAX = 64;
/** The longest redirect URI: the provider library stores it with each grant. */
const REDIRECT_URI_MAX = 300;
const LOOPBACK = /^(?:localhost|127(?:\.\d{1,3}){3}|\[::1\])$/;

/** A redirect URI: https, or http of an app on the user's own machine. Compared as an exact string. */
const redirectUri = z
  .string()
  .max(REDIRECT_URI_MAX)
  .refine(isRedirectUri, "an https address, or http on this machine, without user or #");

export const newApp = z
  .strictObject({
    name: plainText(NAME_MAX).trim().min(1),
    redirect_uris: z.array(redirectUri).min(1).max(10),
    /** A public client, which runs on its users' machines and so cannot hold a secret. */
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
  .extend({ client_secret: z.string().optional().describe("Shown only once; public apps have none.") })
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

/** A plain host name. URLs allow other characters, which parsers interpret differently and a CSP cannot contain. */
const PLAIN_HOST = /^[a-z0-9.:[\]-]+$/;

function isRedirectUri(text: string): boolean {
  if (!/^[!-~]+$/.test(text) || /[#\\]/.test(text) || !URL.canParse(text)) return false;
  const { protocol, hostname, username, password } = new URL(text);
  if (username !== "" || password !== "" || !PLAIN_HOST.test(hostname)) return false;
  return protocol === "https:" || (protocol === "http:" && LOOPBACK.test(hostname));
}
