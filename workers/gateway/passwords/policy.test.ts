import { expect, test } from "vitest";
import { isAcceptable } from "./policy.ts";

const ABOUT = { email: "Ada.Lovelace@example.com", name: "Augusta King" };

test("ID-7: passwords have 12 to 256 characters, before and after they are normalised, and no control characters", async () => {
  const strong = "a tidy horse counts ";
  const refused = [
    "",
    "short",
    "x7#Kp!q2Zr9",
    strong.repeat(13),
    // A character that NFKC expands to eighteen, and twelve that it composes to six.
    "\ufdfa",
    "e\u0301".repeat(6),
    "\u0000".repeat(12),
    "a tidy\u0000horse counts",
    "a tidy\thorse counts",
    "a tidy horse\u0085counts",
    "a tidy horse counts \ud800",
    "🐎".repeat(11),
  ];
  for (const password of refused) expect(await isAcceptable(password, ABOUT), JSON.stringify(password)).toBe(false);
  for (const password of [
    "x7#Kp!q2Zr9m",
    strong.repeat(12),
    "ein Pferd zählt überaus ordentlich",
    "正しい馬の電池とホチキスを使う人",
  ]) {
    expect(await isAcceptable(password, ABOUT), password).toBe(true);
  }
});

test("ID-7: common passwords are refused, however they are written", async () => {
  const refused = [
    "1qaz2wsx3edc",
    "QWERTYqwerty",
    "sonyericsson",
    " leavemealone ",
    "Password1234!",
    "P@ssw0rd1234",
    "qwertyuiop[]",
    " ".repeat(12),
    "\u200b".repeat(12),
    "x".repeat(256),
    "abcdefghijkl",
    "123456789012",
    "🐎".repeat(12),
    // Fullwidth letters are the same letters.
    "Ｐａｓｓｗｏｒｄ１２３４！",
    "ｑｗｅｒｔｙｑｗｅｒｔｙ",
  ];
  for (const password of refused) expect(await isAcceptable(password, ABOUT), JSON.stringify(password)).toBe(false);
});

test("ID-7: passwords about the exchange or the person are refused", async () => {
  const refused = [
    "edgeexchange",
    "EdgeExchange1!",
    "Edge Exchange",
    "exchange2026!",
    "3dge3xchange",
    "edge-exchange-1",
    "edge_exchange_2026",
    "stockexchange1",
    "Stock.Exchange.99",
    "e-d-g-e-exchange",
    "Passw0rd2024!!",
    "ada.lovelace@example.com",
    "ADA.LOVELACE",
    "Ada.Lovelace",
    "adalovelace1",
    "LovelaceAda1",
    "example.com1",
    "Augusta King",
    "augustaking1",
    "King.Augusta",
  ];
  for (const password of refused) expect(await isAcceptable(password, ABOUT), password).toBe(false);
  expect(await isAcceptable("ada.lovelace and her engine", ABOUT)).toBe(true);
  // Of somebody else it is only a name.
  expect(await isAcceptable("augusta king lovelace", { email: "bob@example.org" })).toBe(true);
});

test("ID-7: any password is judged quickly", async () => {
  const worst = ["a4@".repeat(85), "4@8({[<369&#!1/|0$5+7%2".repeat(11), "12/12/1998".repeat(25), "o0".repeat(128)];
  await isAcceptable("warm up the lists", ABOUT);
  const begun = performance.now();
  for (const password of worst) await isAcceptable(password, ABOUT);
  // Some 0.1 s each; without the bounds on length and spellings it is minutes.
  expect(performance.now() - begun).toBeLessThan(8_000);
});
