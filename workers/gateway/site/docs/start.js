/* oxlint-disable typescript/no-unsafe-call, typescript/no-unsafe-member-access -- what the script before it defines has no types */
// A file of its own: the page's policy runs nothing that is written inside the page.
const dark = globalThis.matchMedia("(prefers-color-scheme: dark)");
const follow = () => document.documentElement.classList.toggle("dark-mode", dark.matches);
follow();
dark.addEventListener("change", follow);
globalThis.SwaggerUIBundle({
  url: "/v1/openapi.json",
  dom_id: "#reference",
  deepLinking: true,
  // Narrows the groups by what is typed: closed ones are not found by the browser's own search.
  filter: true,
  // Asks nobody else whether the document is valid.
  validatorUrl: null,
  presets: [globalThis.SwaggerUIBundle.presets.apis],
  layout: "BaseLayout",
});
