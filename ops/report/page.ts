/** A page that needs nothing but itself: no script from elsewhere, no other file, light and dark. `body` is HTML. */
export function renderPage(page: {
  readonly title: string;
  readonly body: string;
  readonly style?: string;
}): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escapeHtml(page.title)}</title>
<style>${STYLE}${page.style ?? ""}</style>
</head>
<body>
<main>
${page.body}
</main>
</body>
</html>
`;
}

/** Text as it may stand in HTML, attributes included. */
export function escapeHtml(text: string): string {
  return text
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll('"', "&quot;");
}

const STYLE = `
:root { color-scheme: light dark; font: 15px/1.5 system-ui, sans-serif; }
main { max-width: 60rem; margin: 2rem auto; padding: 0 1rem; }
h1, h2 { font-weight: 600; } h2 { margin-top: 2rem; font-size: 1.1rem; }
table { border-collapse: collapse; width: 100%; margin: .75rem 0; }
th, td { text-align: left; padding: .2rem .75rem .2rem 0; border-bottom: 1px solid color-mix(in srgb, currentColor 15%, transparent); font-weight: normal; vertical-align: top; }
meter { width: 100%; }
pre { white-space: pre-wrap; }
span.passed, td.passed { color: #18794e; } span.failed, td.failed, tr.failed, pre.failed { color: #ce2c31; } .skipped { opacity: .6; }
`;
