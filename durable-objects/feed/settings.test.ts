import { expect, test } from "vitest";
import { feedSettings, type FeedVariables } from "./settings.ts";

const VARIABLES: FeedVariables = {
  FEED_SOURCE: "alpaca",
  FEED_URL: "wss://stream.test/",
  FEED_DATA_URL: "https://data.test",
  FEED_NAME: "sip",
  FEED_SPEED: "1",
  FEED_CREDENTIALS: '{"key":"K","secret":"hidden"}',
};

test("MD-110: the settings of a feed are those of the deployment", () => {
  expect(feedSettings(VARIABLES)).toEqual({
    source: "alpaca",
    url: "wss://stream.test",
    dataUrl: "https://data.test",
    name: "sip",
    speed: 1,
    credentials: { key: "K", secret: "hidden" },
  });
  // Without an upstream no credentials are needed.
  const none = { ...VARIABLES, FEED_SOURCE: "none", FEED_CREDENTIALS: "none" };
  expect(feedSettings(none)).toMatchObject({ source: "none", credentials: { key: "", secret: "" } });
});

test.each([
  { FEED_SOURCE: "other" },
  { FEED_SPEED: "0" },
  { FEED_SPEED: "fast" },
  { FEED_CREDENTIALS: '{"key":"","secret":"hidden"}' },
  { FEED_CREDENTIALS: '{"secret":"hidden"' },
])("MD-110: wrong settings are refused, and no message has the secret: %o", (wrong) => {
  const made = () => feedSettings({ ...VARIABLES, ...wrong });
  expect(made).toThrow(/^FEED_/);
  try {
    made();
  } catch (error) {
    expect(String(error)).not.toContain("hidden");
  }
});
