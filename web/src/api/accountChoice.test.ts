import { expect, test } from "vitest";
import { accountChoice } from "./accountChoice.ts";

class Kept {
  readonly #texts: Map<string, string>;
  constructor(from: Kept | null = null) {
    this.#texts = new Map(from === null ? [] : from.#texts);
  }
  getItem(key: string): string | null {
    return this.#texts.get(key) ?? null;
  }
  setItem(key: string, text: string): void {
    this.#texts.set(key, text);
  }
}

const changed = (browser: Kept) => ({ key: "account:changed", newValue: browser.getItem("account:changed") });

test("UI-170: a tab keeps its account over a reload, and a new tab begins with the account that was chosen last", () => {
  const [browser, first, second] = [new Kept(), new Kept(), new Kept()];
  expect(accountChoice(first, browser).first).toBeNull();
  accountChoice(first, browser).choose("live");
  accountChoice(second, browser).choose("paper");
  expect(accountChoice(first, browser).first).toBe("live");
  expect(accountChoice(second, browser).first).toBe("paper");
  expect(accountChoice(new Kept(), browser).first).toBe("paper");
});

test("UI-170: a tab that never chose keeps what it began with", () => {
  const [browser, tab] = [new Kept(), new Kept()];
  accountChoice(tab, browser).hold("default");
  accountChoice(new Kept(), browser).choose("paper");
  expect(accountChoice(tab, browser).first).toBe("default");
});

test("UI-170: a window that was opened from another one follows it, both ways; other tabs do not", () => {
  const [browser, tab] = [new Kept(), new Kept()];
  const main = accountChoice(tab, browser);
  main.choose("live");
  const popOut = accountChoice(new Kept(tab), browser);
  const other = accountChoice(new Kept(), browser);
  expect(popOut.first).toBe("live");
  main.choose("paper");
  expect([popOut.told(changed(browser)), other.told(changed(browser))]).toEqual(["paper", null]);
  popOut.choose("live");
  expect([main.told(changed(browser)), other.told(changed(browser))]).toEqual(["live", null]);
  other.choose("paper");
  expect([main.told(changed(browser)), popOut.told(changed(browser))]).toEqual([null, null]);
  expect(main.told({ key: "symbol", newValue: "AAPL" })).toBeNull();
  expect(main.told({ key: "account:changed", newValue: null })).toBeNull();
});
