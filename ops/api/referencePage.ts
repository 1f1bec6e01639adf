/** The page /docs: every call of the API as plain text, so that a browser's search finds it. */
import { GROUPS } from "./groups.ts";
import { docsPage, escapeHtml, inline, prose } from "./html.ts";
import { openapi } from "./openapi.ts";
import type { Json } from "./schemas.ts";
import { shapeHtml, table, typeHtml } from "./schemaHtml.ts";

interface Call {
  readonly method: string;
  readonly path: string;
  readonly operation: Json & { operationId: string; summary: string; tags: string[]; description?: string };
}

/** The page, generated from the OpenAPI document. */
export function referenceHtml(): string {
  const document = openapi();
  const paths = document["paths"] as Record<string, Record<string, Call["operation"]>>;
  const calls = Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]): Call => ({ method: method.toUpperCase(), path, operation })),
  );
  const of = (tag: string): Call[] => calls.filter(({ operation }) => operation.tags[0] === tag);
  const shapes = Object.entries((document["components"] as { schemas: Record<string, Json> }).schemas);
  const menu = GROUPS.map(
    ([part, groups]) =>
      `<h2>${part}</h2>\n<ul>\n${groups
        .filter(([tag]) => of(tag).length > 0)
        .map(([tag, title]) => `<li><a href="#${anchor(tag)}">${title}</a></li>`)
        .join("\n")}\n</ul>`,
  ).join("\n");
  const sections = GROUPS.flatMap(([, groups]) => groups)
    .filter(([tag]) => of(tag).length > 0)
    .map(
      ([tag, title]) =>
        `<section>\n<h2 id="${anchor(tag)}">${title}</h2>\n${of(tag).map(callHtml).join("\n")}\n</section>`,
    );
  const named = shapes.map(
    ([name, schema]) =>
      `<article id="shape-${name}"><h3>${name}</h3>\n${describe(schema)}${shapeHtml(schema)}</article>`,
  );
  const { description } = document["info"] as { description: string };
  return docsPage({
    title: "API reference",
    current: "/docs",
    menu: `${menu}\n<h2>Shapes</h2>\n<ul>\n<li><a href="#shapes">Named shapes</a></li>\n</ul>`,
    body: `<h1>API reference</h1>
${prose(description)}
<p>For machines: <a href="/v1/openapi.json">OpenAPI 3.1</a>, <a href="/v1/asyncapi.json">AsyncAPI 3.0</a> of the streams.</p>
${sections.join("\n")}
<section>
<h2 id="shapes">Named shapes</h2>
${named.join("\n")}
</section>`,
  });
}

function answerHtml(about: string, content: readonly (readonly [type: string, of: { schema?: Json }])[]): string {
  const [first] = content;
  if (first === undefined) return '<p class="type">no body</p>';
  const [type, { schema }] = first;
  return schema === undefined ? `<p class="type">${inline(about)}, ${escapeHtml(type)}</p>` : shapeHtml(schema);
}

const anchor = (tag: string): string => `group-${tag.replaceAll(" ", "-")}`;

function describe({ description }: Json): string {
  return typeof description === "string" ? `${prose(description)}\n` : "";
}

function callHtml({ method, path, operation }: Call): string {
  const {
    operationId,
    summary,
    description = "",
    parameters,
    requestBody,
    responses,
  } = operation as Call["operation"] & {
    parameters: { name: string; in: string; required: boolean; description?: string; schema: Json }[];
    requestBody?: { content: Record<string, { schema: Json }> };
    responses: Record<string, { $ref?: string; description?: string; content?: Record<string, { schema?: Json }> }>;
  };
  const parts = [prose(description)];
  if (parameters.length > 0) {
    const fields = parameters.map(({ name, in: place, required, description: about = "", schema }) => ({
      name,
      required,
      about,
      type: `${typeHtml(schema)} <span class="dim">in ${place === "path" ? "the path" : `the ${place}`}</span>`,
    }));
    parts.push(`<h4>Parameters</h4>\n${table(fields)}`);
  }
  for (const [type, { schema }] of Object.entries(requestBody?.content ?? {})) {
    parts.push(
      `<h4>Body${type === "application/json" ? "" : ` <span class="dim">${type}</span>`}</h4>\n${shapeHtml(schema)}`,
    );
  }
  const given = Object.entries(responses).filter(([, answer]) => answer.$ref === undefined);
  for (const [status, { description: about = "", content = {} }] of given) {
    parts.push(`<h4>Answer <code>${status}</code></h4>\n${answerHtml(about, Object.entries(content))}`);
  }
  const refused = Object.keys(responses).filter(
    (status) => responses[status]?.$ref !== undefined && status !== "default",
  );
  if (refused.length > 0) {
    const list = refused.map((status) => `<code>${status}</code>`).join(", ");
    parts.push(`<p class="dim">Refused with ${list}: see <a href="/docs/errors">errors</a>.</p>`);
  }
  return `<article id="${operationId}">
<h3>${inline(summary)} <a class="here" href="#${operationId}" aria-label="link to ${escapeHtml(summary)}">#</a></h3>
<p class="call"><span class="method ${method.toLowerCase()}">${method}</span> <code>${escapeHtml(path)}</code></p>
${parts.filter((part) => part !== "").join("\n")}
</article>`;
}
