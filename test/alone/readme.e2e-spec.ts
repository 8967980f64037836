import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { endServers, type Server, startServer } from '../harness/server.js';
import { until } from '../harness/until.js';

const root = join(import.meta.dirname, '../..');
const readme = await readFile(join(root, 'README.md'), 'utf8');
const blocks = [...readme.matchAll(/^```sh\n([^]*?)^```$/gm)].map(([, block]) => block!);

it('the commands of the README need no filling in between angle brackets, no comments and no banner of npm', () => {
  expect(blocks.filter((block) => /(^|\s)#|<\w+>|npm run (?!-s )cli/.test(block))).toEqual([]);
});

/** Where a person is to fill something in: what was printed last that fits. */
const blanks: Record<string, RegExp> = {
  KEY: /\baw_\w+/g,
  SHOP_KEY: /\baw_\w+/g,
  CLIENT_ID: /\bcs-\w+(-\w+)*/g,
  CLIENT_SECRET: /(?<=clientSecret":")[^"]+/g,
  ID: /[0-9a-f-]{36}(?= +web page )/g,
};

describe.each([
  ['bash', ['--norc', '-i']],
  ['zsh', ['-f', '-i']],
])('pasted into %s', (name, options) => {
  const shell = [`/bin/${name}`, `/usr/bin/${name}`].find((file) => existsSync(file));
  let directory: string;
  let server: Server;
  let typing: ChildProcess;
  let output = '';

  beforeAll(async () => {
    if (!shell) return;
    directory = await mkdtemp(join(tmpdir(), 'afterword-readme-'));
    server = await startServer(directory);
    await until(() => /written to/.test(server.output()), 10_000);
    output = await readFile(join(directory, 'administrator.key'), 'utf8');
    const { PATH, HOME } = process.env;
    const env = { PATH, HOME, DATA_DIR: directory, TERM: 'dumb' };
    typing = spawn(shell, options, { cwd: root, env, stdio: ['pipe', 'pipe', 'pipe'] });
    for (const stream of [typing.stdout!, typing.stderr!])
      stream.on('data', (chunk: Buffer) => (output += String(chunk)));
  }, 60_000);
  afterAll(async () => {
    // At an interactive shell SIGTERM ends nothing.
    typing?.kill('SIGKILL');
    await endServers();
    if (directory) await rm(directory, { recursive: true });
    for (const written of ['feedback.csv', 'refused.csv']) await rm(join(root, written), { force: true });
  }, 30_000);

  const filled = (block: string): string =>
    block
      .replaceAll('http://localhost:3000', server.url)
      .replaceAll(
        /\b(\w+)=(\w+[-_])?…/g,
        (_, variable: string) => `${variable}=${output.match(blanks[variable]!)!.at(-1)}`,
      );

  async function paste(block: string): Promise<string> {
    const before = output.length;
    typing.stdin!.write(`${filled(block)}echo done-$?-here\n`);
    await until(() => /done-\d+-here/.test(output.slice(before).replaceAll(/echo done-\$\?-here/g, '')), 60_000);
    return output.slice(before);
  }

  const isAboutServer = (block: string): boolean => /curl|cli --/.test(block);

  (shell ? it : it.skip)(
    'every block does what it says',
    async () => {
      for (const block of blocks.filter(isAboutServer)) {
        const said = await paste(block);
        expect([block, said]).toEqual([block, expect.stringContaining('done-0-here')]);
        expect([block, said]).toEqual([
          block,
          expect.not.stringMatching(/"(status|error|errors|error_message)":|not found|no matches|error:/i),
        ]);
      }
    },
    300_000,
  );
});
