import { type AccessRules, anyone } from "../../accessRule.ts";

/** The trading terminal: its pages, which are one document, and its files. What they show is asked from the API. */
export const ACCESS = {
  "/": { GET: anyone },
  "/sign-in": { GET: anyone },
  "/sign-up": { GET: anyone },
  "/design": { GET: anyone },
  "/shortcuts": { GET: anyone },
  "/trade": { GET: anyone },
  "/portfolio": { GET: anyone },
  "/portfolio/*": { GET: anyone },
  "/accounts": { GET: anyone },
  "/accounts/*": { GET: anyone },
  "/alerts": { GET: anyone },
  "/statements": { GET: anyone },
  "/statements/*": { GET: anyone },
  "/settings": { GET: anyone },
  "/settings/*": { GET: anyone },
  "/admin": { GET: anyone },
  "/admin/*": { GET: anyone },
  "/audit": { GET: anyone },
  "/audit/*": { GET: anyone },
  "/app/*": { GET: anyone },
  "/sw.js": { GET: anyone },
} as const satisfies AccessRules;
