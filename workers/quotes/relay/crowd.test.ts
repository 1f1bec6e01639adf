import { expect, test } from "vitest";
import { Crowd } from "./crowd.ts";
import { ACCOUNT_SOCKETS_MAX, NETWORK_SOCKETS_MAX, STRANGERS_MAX } from "./limits.ts";

const visitors = (count: number): object[] => Array.from({ length: count }, () => ({}));

test("RL-6: a network has so many sockets, and fewer that have not said who they are", () => {
  const crowd = new Crowd();
  const all = visitors(NETWORK_SOCKETS_MAX);
  for (const [i, visitor] of all.entries()) {
    expect(crowd.admits("home"), `socket ${i + 1}`).toBe(true);
    crowd.update(visitor, { network: "home", accountId: null });
    crowd.update(visitor, { network: "home", accountId: `account-${i}` });
  }
  expect(crowd.admits("home")).toBe(false);
  expect(crowd.admits("elsewhere")).toBe(true);
  for (const visitor of all.slice(0, 40)) crowd.gone(visitor);
  for (const visitor of visitors(STRANGERS_MAX)) {
    expect(crowd.admits("home")).toBe(true);
    crowd.update(visitor, { network: "home", accountId: null });
  }
  expect(crowd.admits("home")).toBe(false);
});

test("RL-6: who has gone without a word is found out by who is still there", () => {
  const crowd = new Crowd();
  const [here, gone] = [{}, {}];
  for (const visitor of [here, gone]) crowd.update(visitor, { network: "home", accountId: null });
  crowd.retain(new Set([here]));
  expect(crowd.size).toBe(1);
  crowd.gone(gone);
  expect(crowd.size).toBe(1);
});

test("RL-6: an account has so many sockets, wherever they come from; who has left is not counted, and only once", () => {
  const crowd = new Crowd();
  const all = visitors(ACCOUNT_SOCKETS_MAX);
  for (const [i, visitor] of all.entries()) {
    expect(crowd.hasRoomFor("a")).toBe(true);
    crowd.update(visitor, { network: `network-${i}`, accountId: "a" });
    crowd.update(visitor, { network: `network-${i}`, accountId: "a" });
  }
  expect(crowd.hasRoomFor("a")).toBe(false);
  expect(crowd.hasRoomFor("b")).toBe(true);
  const [first = {}, second = {}] = all;
  for (const visitor of [first, first, {}]) crowd.gone(visitor);
  crowd.update(second, { network: "network-1", accountId: "a" });
  expect(crowd.hasRoomFor("a")).toBe(true);
  crowd.update(first, { network: "network-0", accountId: "a" });
  expect(crowd.hasRoomFor("a")).toBe(false);
});

test("RL-6: sockets of which nobody knows where they came from are not counted together", () => {
  const crowd = new Crowd();
  for (const visitor of visitors(500)) crowd.update(visitor, { network: "", accountId: null });
  expect(crowd.admits("")).toBe(true);
});
