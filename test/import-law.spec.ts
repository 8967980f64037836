import { execFile } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { beforeAll, describe, expect, it } from '@jest/globals';

const root = join(import.meta.dirname, '..');

/** Files that everybody may lean on, as they are in the real house. */
const house = {
  'libs/problem-details/index.ts': 'export const problem = 1;',
  'libs/json-body/index.ts': 'export const body = 1;',
  'libs/json-body/scan.ts': 'export const scan = 1;',
  'libs/access/index.ts': "import { body } from '#libs/json-body'; export const access = body;",
  'libs/persistence/index.ts': "import { problem } from '#libs/problem-details'; export const rows = problem;",
  'src/server/config.ts': 'export const config = 1;',
  'src/counting/journal.ts': 'export const journal = 1;',
  'src/feedback/feedback.service.ts': "import { rows } from '#libs/persistence'; export const core = rows;",
  'src/surveys/surveys.service.ts':
    "import { core } from '../feedback/feedback.service.js'; export const surveys = core;",
  'src/questions/questions.dto.ts': 'export const dto = 1;',
  'src/analytics/analytics.service.ts': 'export const analytics = 1;',
  'src/health/health.service.ts': 'export const health = 1;',
  'src/dashboard/page/main.tsx': "import { render } from 'preact'; export const page = render;",
};

/** Every lib of the law. */
const libs = readdirSync(join(root, 'libs'));

/** For each rule a folder and what a file in it, named after the rule, says to break it. */
const violations: Record<string, [folder: string, text: string]> = {
  'libs-know-no-src': ['libs/persistence', "import '../../src/server/config.js';"],
  ...Object.fromEntries(
    libs.map((lib) => [
      `libs-stand-alone-${lib}`,
      [`libs/${lib}`, `import '#libs/${lib === 'access' ? 'persistence' : 'access'}';`],
    ]),
  ),
  'every-lib-is-listed': ['libs/stray', "import '#libs/problem-details';"],
  'counting-calls-nobody': ['src/counting', "import '../feedback/feedback.service.js';"],
  'libs-by-the-front-door': ['src/health', "import '../../libs/json-body/scan.js';"],
  'core-knows-no-http': ['src/feedback', "import '@nestjs/swagger';"],
  'core-knows-no-caller': ['src/feedback', "import '../surveys/surveys.service.js';"],
  'dialects-meet-in-the-core': ['src/surveys', "import '../questions/questions.dto.js';"],
  'the-document-knows-no-room': ['src/openapi', "import '../surveys/surveys.service.js';"],
  'rooms-know-no-root': ['src/surveys', "import '../server/config.js';"],
  'nothing-imports-the-readers': ['src/health', "import '../analytics/analytics.service.js';"],
  'watches-lean-downwards': ['src/watches', "import '../surveys/surveys.service.js';"],
  'entries-know-only-the-core': ['src/entries', "import '../surveys/surveys.service.js';"],
  'the-page-stands-alone': ['src/dashboard/page', "import '../../health/health.service.js';"],
  'the-server-does-not-run-the-page': ['src/dashboard', "import './page/main.js';"],
  'no-circular': ['src/health', "import './no-circular.js';"],
  'no-unresolvable': ['src/health', "import './nowhere.js';"],
  'no-dev-dependency-in-the-product': ['src/health', "import 'fast-check';"],
};

interface Cruise {
  summary: { violations: { rule: { name: string }; from: string }[] };
}

/** Every violation in a house with `files` beside those of {@link house}, as `rule: file`. */
async function violationsIn(files: Record<string, string>): Promise<string[]> {
  const directory = await mkdtemp(join(tmpdir(), 'afterword-imports-'));
  try {
    for (const [path, text] of Object.entries({ ...house, ...files })) {
      await mkdir(dirname(join(directory, path)), { recursive: true });
      await writeFile(join(directory, path), text);
    }
    for (const name of ['node_modules', 'package.json', 'tsconfig.json', '.dependency-cruiser.cjs']) {
      await symlink(join(root, name), join(directory, name));
    }
    await mkdir(join(directory, 'test'));
    const { summary } = await cruise(directory);
    return summary.violations.map(({ rule, from }) => `${rule.name}: ${from}`);
  } finally {
    await rm(directory, { recursive: true });
  }
}

async function cruise(cwd: string): Promise<Cruise> {
  const program = join(root, 'node_modules/dependency-cruiser/bin/dependency-cruise.mjs');
  const options = ['src', 'libs', '--config', '.dependency-cruiser.cjs', '--output-type', 'json'];
  const run = promisify(execFile)(process.execPath, [program, ...options], { cwd, maxBuffer: 64 * 1024 * 1024 });
  // It ends with the number of violations.
  const { stdout } = await run.catch((error: { stdout: string }) => error);
  return JSON.parse(stdout) as Cruise;
}

const law = createRequire(import.meta.url)('../.dependency-cruiser.cjs') as {
  forbidden: { name: string; from: { path?: string } }[];
};

describe('the import law', () => {
  let found: string[];

  // All in one house: a cruise takes seconds.
  beforeAll(async () => {
    const planted = Object.entries(violations).map(([rule, [folder, text]]) => [`${folder}/${rule}.ts`, text]);
    found = await violationsIn(Object.fromEntries(planted));
  });

  it('has nothing against a house that keeps it', async () => {
    expect(await violationsIn({})).toEqual([]);
  });

  it.each(Object.entries(violations))('%s fires on a planted violation', (rule, [folder]) => {
    expect(found).toContain(`${rule}: ${folder}/${rule}.ts`);
  });

  it('has a planted violation for every rule', () => {
    expect(Object.keys(violations).toSorted()).toEqual(law.forbidden.map(({ name }) => name).toSorted());
  });
});

it('knows the room of every door as a dialect', () => {
  const rooms = readdirSync(join(root, 'src'), { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.door.ts'))
    .map((file) => file.split('/')[0]);
  const { from } = law.forbidden.find(({ name }) => name === 'dialects-meet-in-the-core')!;
  expect(rooms.filter((room) => !new RegExp(from.path!).test(`src/${room}/`))).toEqual([]);
});

/** Words of this product, of which the libs know none. */
const ownWords = /\b(afterword|kore|haptik|inkeep|acquire|surveys?|feedback|respondents?|bots?)\b/i;

it('no lib has a word of this product', () => {
  const files = readdirSync(join(root, 'libs'), { recursive: true, encoding: 'utf8' });
  const sources = files.filter((file) => file.endsWith('.ts') && !file.endsWith('.spec.ts'));
  const lines = sources.flatMap((file) =>
    readFileSync(join(root, 'libs', file), 'utf8')
      .split('\n')
      .filter((line) => ownWords.test(line))
      .map((line) => `${file}: ${line.trim()}`),
  );
  expect(lines).toEqual([]);
});
