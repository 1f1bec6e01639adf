/** Bodies and answers of the endpoints of grants on accounts. */
import * as z from "zod";
import { email } from "./logins.ts";

export const newGrantRequest = z
  .strictObject({ email, access: z.literal("read").default("read") })
  .meta({ id: "NewGrant" });

export const grantWire = z
  .object({ id: z.string(), email: z.string(), access: z.literal("read"), created_at: z.string() })
  .meta({ id: "Grant" });

export const grantsWire = z.object({ grants: z.array(grantWire) });
