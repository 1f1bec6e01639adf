/** Answers of the endpoints of demo accounts. */
import * as z from "zod";

export const demoOffer = z
  .object({
    offered: z.boolean(),
    cash: z.string().describe("Paper money that a demo account begins with, in dollars."),
    mail_shown: z.boolean().describe("Mail is shown at /dev/outbox instead of sent: every user is a test user."),
    days: z.number().int().describe("After so many days a demo login is erased."),
  })
  .meta({ id: "DemoOffer" });
