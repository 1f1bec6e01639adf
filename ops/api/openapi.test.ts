import { readFileSync } from "node:fs";
import { basename } from "node:path";
import { expect, test } from "vitest";
import { apiDocuments } from "./files.ts";
import type { MethodRules } from "../../workers/gateway/accessRule.ts";
import { DESCRIPTIONS } from "../../workers/gateway/resources/descriptions.ts";
import { RESOURCES } from "../../workers/gateway/resources/registry.ts";
import { documented, openapi } from "./openapi.ts";
import type { Json } from "./schemas.ts";

const document = openapi();
const operations = Object.entries(document["paths"] as Record<string, Record<string, Json>>).flatMap(
  ([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ name: `${method.toUpperCase()} ${path}`, operation })),
);

/** Every `$ref` under a value. */
function references(value: unknown): string[] {
  if (Array.isArray(value)) return value.flatMap(references);
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) =>
    key === "$ref" && typeof inner === "string" ? [inner] : references(inner),
  );
}

test("GW-30: every route of a resource is described in its folder, and no other", () => {
  for (const { name, access } of RESOURCES) {
    const routes = Object.entries<MethodRules>(access).flatMap(([path, methods]) =>
      Object.keys(methods).map((method) => `${method} ${path}`),
    );
    expect(Object.keys(DESCRIPTIONS[name]).sort(), name).toEqual(routes.sort());
  }
});

test("GW-30: the documents are what `npm run docs:api` writes", () => {
  const stale = [...apiDocuments()].filter(([path, text]) => readFileSync(path, "utf8") !== text);
  expect(stale.map(([path]) => basename(path))).toEqual([]);
});

test("GW-30: every reference resolves, and every component is used", () => {
  const targets = new Set(references(document));
  const missing = [...targets].filter((target) => {
    const place = target.split("/").slice(1);
    return place.reduce<unknown>((at, key) => (at as Json | undefined)?.[key], document) === undefined;
  });
  expect(missing).toEqual([]);
  const { schemas } = document["components"] as { schemas: Json };
  expect(Object.keys(schemas).filter((id) => !targets.has(`#/components/schemas/${id}`))).toEqual([]);
});

test("GW-30: operation ids are unique, and parameters are those of the path", () => {
  const ids = operations.map(({ operation }) => operation["operationId"]);
  expect(ids.filter((id, index) => ids.indexOf(id) !== index)).toEqual([]);
  for (const { name, operation } of operations) {
    const inPath = (operation["parameters"] as { in: string; name: string }[]).filter(
      ({ in: place }) => place === "path",
    );
    const named = [...name.matchAll(/\{(\w+)\}/g)].map((match) => match[1]);
    expect(
      inPath.map((parameter) => parameter.name),
      name,
    ).toEqual(named);
  }
});

test("GW-30: security requirements match the access table", () => {
  for (const { method, path, rule, operation } of documented()) {
    const found = operations.find(({ operation: { operationId } }) => operationId === operation.id)?.operation;
    const schemes = ((found?.["security"] ?? []) as Json[]).flatMap((scheme) => Object.keys(scheme));
    const route = `${method} ${path}`;
    if (rule.who === "anyone")
      expect(schemes, route).toEqual(operation.publicCredential === undefined ? [] : [operation.publicCredential]);
    else if (rule.scope === null) expect(schemes, route).toEqual(["bearer", "cookie"]);
    else {
      // Apps never get the scope `withdraw`.
      const app = rule.scope === "withdraw" ? [] : ["app"];
      expect(schemes, route).toEqual(["bearer", "keyId", "keySecret", "basic", "cookie", ...app]);
      const scopes = ((found?.["security"] ?? []) as Json[]).find((scheme) => "app" in scheme)?.["app"];
      if (rule.scope !== "withdraw") expect(scopes, route).toEqual(rule.scope === "any" ? [] : [rule.scope]);
    }
    if (rule.who !== "anyone") {
      for (const role of rule.who) expect(String(found?.["description"]), route).toContain(role);
    }
  }
});

test("GW-30: examples satisfy the request schemas", () => {
  for (const { method, path, operation } of documented()) {
    const { example, requestBody, query, path: inPath = {} } = operation;
    if (example === undefined) continue;
    const route = `${method} ${path}`;
    if (requestBody !== undefined) expect(requestBody.safeParse(example.body).error, route).toBeUndefined();
    const asked = Object.fromEntries(new URLSearchParams(example.query));
    if (query !== undefined) expect(query.strict().safeParse(asked).error, route).toBeUndefined();
    for (const [name, value] of Object.entries(example.path ?? {})) {
      expect(path.split("/"), route).toContain(`:${name}`);
      expect(inPath[name]?.safeParse(value).error, route).toBeUndefined();
    }
  }
});
