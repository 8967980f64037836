import { readFileSync } from 'node:fs';
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

const style = readFileSync(new URL('problem.page.css', import.meta.url), 'utf8');

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
