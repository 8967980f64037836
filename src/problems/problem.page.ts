import { type CataloguedProblem, problemJson } from '#libs/problem-details';

/** The page for programs. */
export function asJson({ example, when, remedy }: CataloguedProblem, basePath: string) {
  const { title, status } = example.kind;
  const request = { basePath, path: `${basePath}/…`, requestId: 'req_0123456789abcdefghijkl' };
  const body = problemJson.render(example, request).body as { type: string };
  return { type: body.type, title, status, when, remedy, example: body };
}

/** The page for people. */
export function asHtml(problem: CataloguedProblem, basePath: string): string {
  const { title, status, when, remedy, example } = asJson(problem, basePath);
  return page(
    title,
    `<nav><a href="${basePath}/problems">Problems</a> / <code>${problem.example.kind.slug}</code></nav>
<h1>${escaped(title)}</h1><p><b class="status">${status}</b></p>
<h2>When it happens</h2><p>${prose(when)}</p>
<h2>What to do</h2><p>${prose(remedy)}</p>
<h2>How it looks</h2>
<pre>${escaped(JSON.stringify(example, null, 2))}</pre>
<p class="note">The doors of the vendors say the same in their own shape and, where the vendor has one, with a status of their own.</p>`,
  );
}

export function listAsHtml(problems: CataloguedProblem[], basePath: string): string {
  const rows = problems
    .map((problem) => asJson(problem, basePath))
    .map(
      ({ type, title, status, when }) =>
        `<tr><td><b class="status">${status}</b></td><td><a href="${type}">${escaped(title)}</a></td><td>${prose(when)}</td></tr>`,
    );
  return page(
    'Problems',
    `<nav><a href="${basePath}/docs">API</a></nav>
<h1>Problems</h1><p>What can go wrong, and what to do. The member <code>type</code> of an error leads here.</p>
<table><thead><tr><th>Status</th><th>Problem</th><th>When it happens</th></tr></thead><tbody>${rows.join('\n')}</tbody></table>`,
  );
}

const style = `
:root { color-scheme: light dark; --ink: light-dark(#1f2430, #e3e6ee); --soft: light-dark(#5a6274, #9aa3b8);
  --line: light-dark(#dde1ea, #363c4a); --tint: light-dark(#f4f6fa, #1f242f); --link: light-dark(#1d4ed8, #8ab4ff); }
body { font: 16px/1.55 system-ui, sans-serif; max-width: 60rem; margin: 2.5rem auto; padding: 0 1.25rem;
  color: var(--ink); background: light-dark(#fff, #161a22); }
a { color: var(--link); } nav, .note { color: var(--soft); font-size: .9rem; }
h1 { font-size: 1.9rem; line-height: 1.2; margin: .6rem 0; } h2 { font-size: 1.1rem; margin: 1.8rem 0 .3rem; }
p { margin: .3rem 0; } code { font: .9em ui-monospace, monospace; background: var(--tint); padding: .1em .3em; border-radius: .25em; }
.status { font: .85rem ui-monospace, monospace; border: 1px solid var(--line); border-radius: .35em; padding: .15em .5em; }
pre { font: .85rem/1.5 ui-monospace, monospace; background: var(--tint); border: 1px solid var(--line); border-radius: .5em;
  padding: 1rem; overflow: auto; }
table { border-collapse: collapse; width: 100%; margin-top: 1rem; }
td, th { text-align: left; vertical-align: top; padding: .6rem .9rem .6rem 0; border-bottom: 1px solid var(--line); }
th { color: var(--soft); font-size: .85rem; font-weight: 600; } td:nth-child(2) { min-width: 13rem; }
`;

function page(title: string, body: string): string {
  return `<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escaped(title)} · Afterword</title><style>${style}</style></head><body>
${body}
</body></html>
`;
}

/** Text with `code` in it. */
function prose(text: string): string {
  return escaped(text).replaceAll(/`([^`]+)`/g, '<code>$1</code>');
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
}
