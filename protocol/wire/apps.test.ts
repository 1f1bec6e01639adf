import { expect, test } from "vitest";
import { newApp } from "./apps.ts";

const isTaken = (address: string): boolean => newApp.safeParse({ name: "Bot", redirect_uris: [address] }).success;

test("OA-17: the redirect addresses of an app are https, or on the user's own machine", () => {
  for (const address of [
    "https://app.example/cb",
    "https://app.example:8443/cb?x=1",
    "https://[2001:db8::1]/cb",
    "http://127.0.0.1/cb",
    "http://localhost:5000/",
    "http://[::1]:5000/cb",
  ])
    expect(isTaken(address), address).toBe(true);
});

test.each([
  "http://app.example/cb",
  "javascript:alert(1)",
  "myapp://cb",
  "//app.example/cb",
  "https://me@app.example/cb",
  "https://app.example/cb#x",
  "https://app.example/\r\nSet-Cookie: a=b",
  // A browser takes it for the path of app.example; another reader of URLs for the host evil.example.
  "https://app.example\\@evil.example/",
  "https://*.example/cb",
  "https://a;b.example/cb",
  "https://a'b.example/cb",
])("OA-17: no app has an address that says two things, or none: %s", (address) => {
  expect(isTaken(address)).toBe(false);
});
