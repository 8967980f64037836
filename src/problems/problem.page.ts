import { type Problem, renderProblemJson } from '#libs/problem-details';

/** A kind of problem, as its page tells of it. */
export interface CataloguedProblem {
  /** A problem of this kind, as one would meet it. */
  example: Problem;
  when: string;
  /** What the caller can do. */
  remedy: string;
}

/** The page for programs. */
export function asJson({ example, when, remedy }: CataloguedProblem) {
  const { slug, title, status } = example.kind;
  const type = `/problems/${slug}`;
  const { body } = renderProblemJson(example, { path: '/…', requestId: 'req_0123456789abcdefghijkl' });
  return { type, title, status, when, remedy, example: body };
}

/** The page for people. */
export function asHtml(problem: CataloguedProblem): string {
  const { title, status, when, remedy, example } = asJson(problem);
  return page(
    title,
    `<p><a href="/problems">All problems</a></p><h1>${escaped(title)}</h1><p>Status ${status}</p>
<h2>When it happens</h2><p>${escaped(when)}</p><h2>What to do</h2><p>${escaped(remedy)}</p>
<h2>How it looks</h2><pre>${escaped(JSON.stringify(example, null, 2))}</pre>`,
  );
}

export function listAsHtml(problems: CataloguedProblem[]): string {
  const rows = problems
    .map(asJson)
    .map(
      ({ type, title, status, when }) =>
        `<tr><td>${status}</td><td><a href="${type}">${escaped(title)}</a></td><td>${escaped(when)}</td></tr>`,
    );
  return page(
    'Problems',
    `<h1>Problems</h1><p>What can go wrong, and what to do. The member <code>type</code> of an error leads here.</p>
<table><tr><th>Status</th><th>Problem</th><th>When it happens</th></tr>${rows.join('\n')}</table>`,
  );
}

const style =
  'body{font:16px/1.5 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem;color:#222}' +
  'td,th{text-align:left;vertical-align:top;padding:.3rem .8rem .3rem 0}pre{background:#f4f4f4;padding:1rem;overflow:auto}';

function page(title: string, body: string): string {
  return `<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escaped(title)} · Afterword</title><style>${style}</style></head><body>
${body}
</body></html>
`;
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
}
