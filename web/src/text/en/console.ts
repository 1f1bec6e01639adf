/** Texts that the consoles of administrators and auditors have in common. */
export const CONSOLE = {
  sections: "Sections",
  adminOnly:
    "This page is for administrators. Your login does not have that role, and the exchange gives it no data (403).",
  auditOnly:
    "This page is for auditors and administrators. Your login has neither role, and the exchange gives it no data (403).",
  table: (of: string) => `Table: ${of}`,
  refresh: "Read again",
  more: "Older",
  newest: "Newest",
  search: "Search",
  show: "Show",
  done: (what: string) => `Done: ${what}`,
  waits: (what: string) => `${what}: waits for the approval of a second administrator.`,
  waitsShort: "Waits for approval",
  seeApprovals: "Open the approvals",
  confirm: "Confirm",
  typeWord: (word: string) => `Type ${word} to confirm`,
  wrongWord: (word: string) => `This is not ${word}.`,
  required: "This is needed.",
  yes: "Yes",
  no: "No",
  never: "Never",
  exportCsv: "Export CSV",
  exportJson: "Export JSON",
  copy: "Copy",
  copied: "Copied",
} as const;
