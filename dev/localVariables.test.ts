import { expect, test } from "vitest";
import { chosenVariables } from "./localVariables.ts";

test("DV-4: the environment chooses identity providers, four eyes and the credentials of a feed, and no secret", () => {
  const feed = '{"key":"K","secret":"S"}';
  const env = { FOUR_EYES: "on", FEED_CREDENTIALS: feed, JWT_KEYS: "mine", BOOTSTRAP_SECRET: "mine", PATH: "/bin" };
  expect(chosenVariables(env)).toEqual({ FOUR_EYES: "on", FEED_CREDENTIALS: feed });
  expect(chosenVariables({})).toEqual({});
});
