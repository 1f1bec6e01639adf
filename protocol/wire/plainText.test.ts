import { expect, test } from "vitest";
import { newApp } from "./apps.ts";
import { hasHiddenCharacters, isPrintableAscii, withoutHiddenCharacters } from "./hiddenCharacters.ts";
import { depositRequest } from "./accounts.ts";
import { newKeyRequest } from "./apiKeys.ts";
import { newPasskeyRequest } from "./mfa.ts";
import { orderRequest } from "./orderRequest.ts";
import { originOf } from "../http/origin.ts";
import { plainText } from "./plainText.ts";
import { consentChange, personChange } from "./privacy.ts";
import { withdrawalRequest } from "./withdrawals.ts";

const HIDDEN: readonly (readonly [string, string])[] = [
  ["a zero-width space", "\u200b"],
  ["a mark of direction", "\u200e"],
  ["an Arabic letter mark", "\u061c"],
  ["an override of direction", "\u202e"],
  ["an isolate", "\u2067"],
  ["a byte order mark", "\ufeff"],
  ["a word joiner", "\u2060"],
  ["a soft hyphen", "\u00ad"],
  ["a joiner between Latin letters", "\u200d"],
  ["a filler", "\u3164"],
  ["a blank of Braille", "\u2800"],
  ["a variation selector", "\ufe0f"],
  ["a tag letter", "\u{e0041}"],
  ["a combining joiner", "\u034f"],
  ["a line separator", "\u2028"],
  ["a space that does not break", "\u00a0"],
  ["a thin space", "\u2009"],
  ["NUL", "\u0000"],
  ["a line feed", "\n"],
  ["a C1 control", "\u0085"],
  ["half a character", "\ud83d"],
];

/** Every free text that a client sends, by where it goes. */
const TEXTS: readonly (readonly [string, (text: string) => { success: boolean }])[] = [
  ["name of an app", (name) => newApp.safeParse({ name, redirect_uris: ["https://app.example.com/"] })],
  ["name of a key", (name) => newKeyRequest.safeParse({ name })],
  ["name of a person", (name) => personChange.safeParse({ name })],
  ["version of the terms", (terms) => consentChange.safeParse({ terms })],
  ["reference of a withdrawal", (reference) => withdrawalRequest.safeParse({ amount: "1", reference })],
  ["reference of a deposit", (reference) => depositRequest.safeParse({ amount: "1", reference })],
  ["id of an order", (id) => orderRequest.safeParse({ symbol: "AAPL", client_order_id: id })],
];

test.each(TEXTS)("ID-110: the %s contains no invisible characters", (_, parse) => {
  expect(parse("Ada’s bot, no. 2 (été)").success).toBe(true);
  for (const [what, hidden] of HIDDEN) expect(parse(`ada${hidden}bot`).success, what).toBe(false);
});

test("ID-110: the label of a passkey contains none either", () => {
  const labels = newPasskeyRequest.shape.label;
  expect(labels.safeParse("phone").success).toBe(true);
  for (const [what, hidden] of HIDDEN) expect(labels.safeParse(`my${hidden}phone`).success, what).toBe(false);
});

test("ID-110: visible text is accepted in every script", () => {
  const seen = ["👩‍👩‍👧‍👦 family", "❤️", "🏴󠁧󠁢󠁥󠁮󠁧󠁿", "1️⃣", "می‌خواهم", "क्‍ष", "山田　太郎", "Željko", "שלום", "العربية"];
  for (const text of seen) expect(plainText(64).safeParse(text).success, text).toBe(true);
});

test("ID-110: an emoji or joiner hides no other invisible character", () => {
  const visible = ["👩‍🚀👩‍🚀", "🇩🇪🇫🇷", "👍🏽❤️", "🏳️‍🌈1️⃣#️⃣", "a👩🏽‍🚀b", "❤️می‌خواهم👩‍🚀", "\u{1f469}\u200d\u{1f680}"];
  for (const text of visible) expect(hasHiddenCharacters(text), text).toBe(false);
  const hidden = [
    "👩‍🚀\u200d",
    "\u200d👩‍🚀",
    "👩\u200d\u200d🚀",
    "👩\u200d👩",
    "1\ufe0f",
    "👍🏽\ufe0f",
    "❤\ufe0f\ufe0f",
    "🇩🇪\u{e0067}",
    "🏴\u{e0067}\u{e0067}\u{e007f}",
    "क\u200d",
    "क\u200d\u200dक",
    "क\u200d👍🏽क",
    "👩‍🚀\ud83d",
    "\ufe0f",
  ];
  for (const text of hidden) expect(hasHiddenCharacters(text), JSON.stringify(text)).toBe(true);
});

test("ID-110: a text that is too long is not read further", () => {
  expect(
    plainText(4)
      .safeParse("a\u200b")
      .error?.issues.map(({ code }) => code),
  ).toEqual(["custom"]);
  expect(
    plainText(4)
      .safeParse("a\u200b".repeat(9))
      .error?.issues.map(({ code }) => code),
  ).toEqual(["too_big"]);
});

test("ID-110: older text and user agents are shown without them", () => {
  for (const [what, hidden] of HIDDEN) expect(withoutHiddenCharacters(`ada${hidden}bot`), what).toBe("adabot");
  const headers = { get: (name: string) => (name === "User-Agent" ? "Terminal\u202e/1.0\u200b" : null) };
  expect(originOf(headers, "r").userAgent).toBe("Terminal/1.0");
});

test("ID-110: a character beside a text does not change what is hidden in it", () => {
  for (let code = 0; code < 0x180; code++) {
    const text = `a${String.fromCharCode(code)}b`;
    // With a letter that is not ASCII the whole rule is applied.
    expect([code, hasHiddenCharacters(text)]).toEqual([code, hasHiddenCharacters(`${text}é`)]);
    if (isPrintableAscii(text)) expect([code, hasHiddenCharacters(text)]).toEqual([code, false]);
  }
});
