/** The layout of the reference's pages. They have no inline scripts or styles. */

/** Text as it stands between tags and in attributes. */
export function escapeHtml(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll('"', "&quot;");
}

const PAGES = [
  ["/docs", "Reference"],
  ["/docs/streams", "Streams"],
  ["/docs/errors", "Errors"],
  ["/docs/try", "Try it"],
] as const;

/** The bar at the top of every page. */
export function header(current: (typeof PAGES)[number][0]): string {
  const links = PAGES.map(
    ([path, name]) => `<a href="${path}"${path === current ? ' aria-current="page"' : ""}>${name}</a>`,
  );
  return `<header class="bar"><a class="brand" href="/">Edge exchange</a><nav aria-label="Documentation">${links.join("")}</nav></header>`;
}

/** A whole page; `menu` is the list of what is on it. */
export function docsPage(page: {
  readonly title: string;
  readonly current: (typeof PAGES)[number][0];
  readonly menu?: string;
  readonly body: string;
}): string {
  const { title, current, menu, body } = page;
  const contents = menu === undefined ? "" : `<nav class="menu" aria-label="On this page">${menu}</nav>\n`;
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title} · Edge exchange</title>
<link rel="icon" href="/favicon.svg" type="image/svg+xml">
<link rel="stylesheet" href="/docs/base.css">
<link rel="stylesheet" href="/docs/page.css">
</head>
<body>
${header(current)}
<div class="${menu === undefined ? "plain" : "columns"}">
${contents}<main>
${body}
</main>
</div>
</body>
</html>
`;
}

/** Paragraphs, `code` and fenced commands of a description in Markdown. */
export function prose(markdown: string): string {
  return markdown
    .split(/\n*(```\w*\n[\s\S]*?\n```)\n*/)
    .filter((part) => part.trim() !== "")
    .map((part) => {
      const fenced = /^```\w*\n([\s\S]*?)\n```$/.exec(part);
      if (fenced !== null) return `<pre><code>${escapeHtml(fenced[1] ?? "")}</code></pre>`;
      return part
        .split(/\n{2,}/)
        .map((paragraph) => `<p>${inline(paragraph)}</p>`)
        .join("\n");
    })
    .join("\n");
}

/** One line of Markdown: code, and links to pages of ours. */
export function inline(text: string): string {
  return escapeHtml(text)
    .replaceAll(/`([^`]+)`/g, "<code>$1</code>")
    .replaceAll(/\[([^\]]+)\]\((\/[\w/.-]*)\)/g, '<a href="$2">$1</a>');
}
