/** The groups of the reference, from those of traders to those of operators. */
export const GROUPS: readonly (readonly [part: string, groups: readonly (readonly [tag: string, title: string])[]])[] =
  [
    [
      "Trading",
      [
        ["orders", "Orders"],
        ["account", "Account"],
        ["events", "Activities as they happen"],
        ["positions", "Positions"],
        ["portfolio", "Performance and tax lots"],
        ["watchlists", "Watchlists"],
        ["wallets", "Wallets"],
        ["withdrawals", "Withdrawals"],
        ["transfers", "Transfers between your accounts"],
      ],
    ],
    [
      "Market",
      [
        ["market", "The market at a glance"],
        ["stocks", "Quotes and trades"],
        ["crypto", "Quotes and trades of coins"],
        ["books", "Order books"],
        ["history", "Where the past comes from"],
        ["indicators", "Indicators"],
        ["streams", "Streams"],
        ["assets", "Assets"],
        ["clock", "Clock"],
        ["calendar", "Calendar"],
        ["corporate-actions", "Corporate actions"],
        ["screener", "Screener"],
        ["news", "News"],
      ],
    ],
    [
      "Your login",
      [
        ["auth", "Signing up and in"],
        ["demo", "Demo accounts"],
        ["mfa", "Second factors"],
        ["keys", "API keys"],
        ["me", "Profile"],
        ["accounts", "Accounts"],
        ["privacy", "Your data"],
        ["workspaces", "Layouts of your terminal"],
      ],
    ],
    [
      "Apps",
      [
        ["apps", "Registering an app"],
        ["oauth", "OAuth and OpenID Connect"],
      ],
    ],
    ["Service", [["service", "Pages and documents"]]],
    [
      "Running the exchange",
      [
        ["admin instruments", "Instruments"],
        ["admin symbols", "Markets"],
        ["admin market", "Market-wide breaker"],
        ["admin history", "Bars of the past"],
        ["admin feeds", "Feeds"],
        ["admin users", "Users"],
        ["admin plans", "Limits of plans"],
        ["admin approvals", "Approvals"],
        ["admin accounts", "Deposits"],
        ["admin fees", "Fees of the house"],
        ["admin acts", "Acts of administrators"],
        ["admin actors", "Actors"],
        ["admin vaults", "Keys of personal data"],
        ["admin bootstrap", "First administrator"],
        ["audit", "Audit trail"],
        ["audit history", "Sealed history"],
      ],
    ],
  ];

const ORDER = GROUPS.flatMap(([, groups]) => groups.map(([tag]) => tag));

/** Sorts tags in this order. Throws for a tag that is not listed. */
export function sortTags(tags: readonly string[]): string[] {
  const lost = tags.filter((tag) => !ORDER.includes(tag));
  if (lost.length > 0) throw new Error(`give these a place in ops/api/groups.ts: ${lost.join(", ")}`);
  return ORDER.filter((tag) => tags.includes(tag));
}
