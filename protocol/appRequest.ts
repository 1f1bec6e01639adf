/** Bodies about apps of other people on our API. */
import * as z from "zod";
import { plainText } from "./plainText.ts";

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

function isRedirectUri(text: string): boolean {
  if (!/^[!-~]+$/.test(text) || text.includes("#") || !URL.canParse(text)) return false;
  const { protocol, hostname, username, password } = new URL(text);
  if (username !== "" || password !== "") return false;
  return protocol === "https:" || (protocol === "http:" && LOOPBACK.test(hostname));
}
