/* oxlint-disable typescript/no-unsafe-call, typescript/no-unsafe-member-access -- what the script before it defines has no types */
// A file of its own: the page's policy runs nothing that is written inside the page.
globalThis.SwaggerUIBundle({
  url: "/v1/openapi.json",
  dom_id: "#reference",
  deepLinking: true,
  // Asks nobody else whether the document is valid.
  validatorUrl: null,
  presets: [globalThis.SwaggerUIBundle.presets.apis],
  layout: "BaseLayout",
});
