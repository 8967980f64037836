import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import ts from 'typescript';

const root = join(import.meta.dirname, '..');

/** Which room owns a table: no other room's SQL names it. */
const owners: Record<string, string> = {
  feedback_entry: 'feedback',
  feedback_window: 'feedback',
  unfilled_language: 'feedback',
  unfilled_rating: 'feedback',
  person: 'feedback',
  conversation: 'feedback',
  message: 'feedback',
  score_name: 'counting',
  score_series: 'counting',
  score_change: 'counting',
  score_count: 'counting',
  score_recount: 'counting',
  idempotency_key: 'idempotency',
  question: 'questions',
  question_department: 'questions',
  department: 'departments',
  bot: 'surveys',
  channel_name: 'names',
  release: 'watches',
  watch: 'watches',
  watch_history: 'watches',
  workspace: 'workspaces',
  deleted_workspace: 'workspaces',
  credential: 'workspaces',
  webhook_endpoint: 'webhooks',
  webhook_event: 'webhooks',
  webhook_delivery: 'webhooks',
};

/** Which other rooms name a table all the same, and why. */
const reasons: Record<string, string> = {
  'counting: feedback_entry':
    'a recount reads the entries themselves, in one statement with the counts that it compares or replaces',
};

/** Every file of code by its path. The migrations, which are SQL, build the tables of all rooms. */
function product(): Record<string, string> {
  const paths = globSync('{src,libs}/**/*.ts', { cwd: root, exclude: ['src/dashboard/page/**'] });
  const sources = paths.filter((path) => !path.endsWith('.spec.ts'));
  return Object.fromEntries(sources.map((path) => [path, readFileSync(join(root, path), 'utf8')]));
}

/** Every table that SQL in `files` names, as `room: table`, where it is not the room's own. */
function namedElsewhere(files: Record<string, string>): Set<string> {
  const named = Object.entries(files).flatMap(([path, text]) => {
    const room = path.startsWith('libs/') ? 'libs' : (path.split('/')[1] ?? '');
    return sqlIn(text).flatMap((sql) =>
      tablesIn(sql)
        .filter((table) => owners[table] !== room)
        .map((table) => `${room}: ${table}`),
    );
  });
  return new Set(named);
}

/** Names of two words are no words of a text for people. */
const isDistinctive = (table: string): boolean => table.includes('_');
const distinctive = new RegExp(`\\b(${Object.keys(owners).filter(isDistinctive).join('|')})\\b`);

/**
 * The texts in a file that are SQL: those that are tagged or handed over as SQL, those that begin like it or hold a
 * distinctive name; in a file that names a table by a variable, all of them. What is put into a text appears as `?`.
 */
function sqlIn(source: string): string[] {
  const begin = /^[\s(]*(select|insert|update|delete|with|from|join)\b/;
  const found: string[] = [];
  const visit = (node: ts.Node, isSql: boolean): void => {
    const text = textOf(node);
    if (text !== undefined && (isSql || begin.test(text) || distinctive.test(text))) found.push(text);
    const within = isSql || takesSql(node);
    ts.forEachChild(node, (child) => visit(child, within && !ts.isTemplateSpan(child)));
  };
  visit(ts.createSourceFile('.ts', source, ts.ScriptTarget.Latest), /\bsql\.table\(\w/.test(source));
  return found;
}

function textOf(node: ts.Node): string | undefined {
  if (ts.isStringLiteralLike(node)) return node.text;
  if (!ts.isTemplateExpression(node)) return undefined;
  return [node.head, ...node.templateSpans.map(({ literal }) => literal)].map(({ text }) => text).join('?');
}

/** Whether the texts in it are SQL. */
function takesSql(node: ts.Node): boolean {
  if (ts.isTaggedTemplateExpression(node)) return ts.isIdentifier(node.tag) && node.tag.text === 'sql';
  if (ts.isPropertyAssignment(node)) return ts.isIdentifier(node.name) && node.name.text === 'tableName';
  if (!ts.isCallExpression(node) || !ts.isPropertyAccessExpression(node.expression)) return false;
  return ['raw', 'table', 'ref', 'execute', 'formula'].includes(node.expression.name.text);
}

/** A table is named where it stands alone, before a dot or after a keyword; by a distinctive name, wherever it stands. */
function tablesIn(sql: string): string[] {
  return Object.keys(owners).filter((table) => {
    const named = `^${table}$|\\b${table}\\.|\\b(from|join|into|update|using|only|table)\\s+${table}\\b`;
    return new RegExp(isDistinctive(table) ? `\\b${table}\\b` : named, 'i').test(sql);
  });
}

/** For each way to name a table: the table, and what a file of another room says. */
const violations: Record<string, [table: string, text: string]> = {
  'selects from it': ['workspace', 'sql`select name from workspace where id = ${id}`'],
  'joins it': ['credential', 'sql`select 1 from ${rows} join credential using (workspace_id)`'],
  'inserts into it': ['bot', 'sql`insert into bot (id) values (1)`'],
  'updates it': ['question', 'sql<Row>`update question set status = 1`'],
  'deletes by it': ['person', 'sql`delete from ${mine} using person`'],
  'names its column': ['department', 'sql.raw(columns.map((column) => `department.${column}`).join())'],
  'casts to it': ['feedback_entry', 'sql`select json_populate_recordset(null::feedback_entry, ${rows})`'],
  'names it in a part of a statement': ['score_count', "const counts = 'score_count c'; sql.raw(counts);"],
  'executes a text': ['message', "em.execute('select 1 from message')"],
  'puts a text aside': ['conversation', 'const found = `select 1 from conversation`;'],
  'names it by a variable': ['person', "for (const table of ['person']) sql`delete from ${sql.table(table)}`"],
  'maps an entity to it': ['feedback_window', "defineEntity({ name: 'Mine', tableName: 'feedback_window' })"],
};

describe('the table law', () => {
  it('knows every table that the migrations leave', () => {
    const paths = globSync('src/migrations/*.sql', { cwd: root }).toSorted();
    const tables = new Set<string>();
    for (const [, verb, table] of paths.flatMap((path) => [
      ...readFileSync(join(root, path), 'utf8').matchAll(/\b(create|drop) table (?:if exists )?(\w+)/g),
    ])) {
      if (verb === 'create') tables.add(table!);
      else tables.delete(table!);
    }
    expect([...tables].toSorted()).toEqual(Object.keys(owners).toSorted());
  });

  it('is kept, but where a reason is listed, and lists no other reason', () => {
    expect([...namedElsewhere(product())].toSorted()).toEqual(Object.keys(reasons).toSorted());
  });

  it.each(Object.entries(violations))('fires on a room that %s', (_, [table, text]) => {
    expect(namedElsewhere({ 'src/health/health.service.ts': text })).toEqual(new Set([`health: ${table}`]));
  });

  it('has nothing against the owner, nor against words for people', () => {
    const owner = "sql`delete from score_change`; sql.table('score_count')";
    const words = "when('The workspace of the credential: choose another from department.'); import './question.js';";
    expect(namedElsewhere({ 'src/counting/folder.ts': owner, 'src/health/health.dto.ts': words })).toEqual(new Set());
  });
});
