import { ApiFault } from "../../../../protocol/http/apiFault.ts";
import { publicOrigin } from "../../publicOrigin.ts";
import { defineResource } from "../../resource.ts";
import { ACCESS } from "./access.ts";

const DAY_MS = 86_400_000;

/** RFC 9116, 2.5.5 recommends less than a year, so that an outdated file expires. */
const SECURITY_TXT_DAYS = 180;

/** The service itself; open to everybody. */
export const systemResource = defineResource("system", ACCESS, {
  "/.well-known/security.txt": {
    GET: (c) => {
      const contact = c.env.SECURITY_CONTACT ?? "";
      if (contact === "") throw new ApiFault({ reason: "endpoint_not_found" });
      const day = Math.floor(c.var.receivedAt / DAY_MS) + SECURITY_TXT_DAYS;
      const { origin } = publicOrigin(c);
      const fields = [
        `Contact: ${contact}`,
        `Expires: ${new Date(day * DAY_MS).toISOString()}`,
        "Preferred-Languages: en",
        `Canonical: ${origin}/.well-known/security.txt`,
      ];
      c.header("Cache-Control", "public, max-age=86400");
      return c.text(`${fields.join("\n")}\n`);
    },
  },

  "/v1/health": {
    GET: (c) => c.json({ status: "ok" }),
  },
});
