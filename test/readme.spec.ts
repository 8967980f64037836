import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from '@jest/globals';
import { Config, settings } from '../src/server/config.js';

const path = join(import.meta.dirname, '..', 'README.md');
const table = /(<!-- settings: [^>]* -->\n)[^]*?(<!-- \/settings -->)/;

it('the table of the README says what the configuration is; `npm run readme` writes it', async () => {
  const readme = await readFile(path, 'utf8');
  const wanted = readme.replace(table, (_all, begin: string, end: string) => `${begin}\n${settingsTable()}\n${end}`);
  if (process.env['WRITE_README']) await writeFile(path, wanted);
  else expect(readme).toBe(wanted);
});

it('the map of the README shows every room and every lib', async () => {
  const [, map = ''] = /^## The map\n([^]*?)^## /m.exec(await readFile(path, 'utf8'))!;
  for (const folder of ['src', 'libs']) {
    const entries = await readdir(join(path, '..', folder), { withFileTypes: true });
    const names = entries.filter((entry) => entry.isDirectory()).map(({ name }) => `${name}/`);
    expect(names.filter((name) => !new RegExp(`^  (\\S+ +)*${name} `, 'm').test(map))).toEqual([]);
  }
});

/** The README's table, in Markdown. */
function settingsTable(): string {
  const defaults = new Config() as unknown as Record<string, string | number | undefined>;
  const rows = settings.map(({ name, description }) => {
    const value = defaults[name];
    return `| \`${name}\` | ${value === undefined ? '' : `\`${value}\``} | ${description.replaceAll('|', '\\|')} |\n`;
  });
  return `| variable | default | |\n|---|---|---|\n${rows.join('')}`;
}
