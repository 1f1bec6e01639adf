import { expect, test } from "vitest";
import { isAcceptable } from "./policy.ts";

const EMAIL = "Ada.Lovelace@example.com";

test("ID-7: passwords have 12 to 256 characters, whatever they are", () => {
  for (const password of ["", "short", "x".repeat(11), "x".repeat(257), "🐎".repeat(11)]) {
    expect(isAcceptable(password, EMAIL)).toBe(false);
  }
  for (const password of ["x".repeat(12), "x".repeat(256), "🐎".repeat(12)]) {
    expect(isAcceptable(password, EMAIL)).toBe(true);
  }
});

test("ID-7: the most used passwords are refused in any case, and so are the e-mail and the name in it", () => {
  for (const password of ["1qaz2wsx3edc", "QWERTYqwerty", "sonyericsson", " leavemealone "]) {
    expect(isAcceptable(password, EMAIL)).toBe(false);
  }
  for (const password of ["ada.lovelace@example.com", "ADA.LOVELACE", "Ada.Lovelace"]) {
    expect(isAcceptable(password, EMAIL)).toBe(false);
  }
  expect(isAcceptable("ada.lovelace and her engine", EMAIL)).toBe(true);
});
