import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it } from '@jest/globals';

const root = join(import.meta.dirname, '..');

/** Files that everybody may lean on, as they are in the real house. */
const house = {
  'libs/problem-details/index.ts': 'export const problem = 1;',
  'libs/json-body/index.ts': 'export const body = 1;',
  'libs/json-body/scan.ts': 'export const scan = 1;',
  'libs/access/index.ts': "import { body } from '#libs/json-body'; export const access = body;",
  'libs/persistence/index.ts': "import { problem } from '#libs/problem-details'; export const rows = problem;",
  'src/config.ts': 'export const config = 1;',
  'src/feedback/feedback.service.ts': "import { rows } from '#libs/persistence'; export const core = rows;",
  'src/surveys/surveys.service.ts':
    "import { core } from '../feedback/feedback.service.js'; export const surveys = core;",
  'src/questions/questions.dto.ts': 'export const dto = 1;',
  'src/analytics/analytics.service.ts': 'export const analytics = 1;',
  'src/health/health.service.ts': 'export const health = 1;',
};

/** One planted violation for each rule, and where it is planted. */
const violations: Record<string, Record<string, string>> = {
  'libs-know-no-src': { 'libs/persistence/planted.ts': "import '../../src/config.js';" },
  'libs-stand-alone': { 'libs/persistence/planted.ts': "import '#libs/access';" },
  'only-access-leans-on-json-body': { 'libs/persistence/planted.ts': "import '#libs/json-body';" },
  'libs-by-the-front-door': { 'src/health/planted.ts': "import '../../libs/json-body/scan.js';" },
  'core-knows-no-http': { 'src/feedback/planted.ts': "import '@nestjs/swagger';" },
  'core-knows-no-caller': { 'src/feedback/planted.ts': "import '../surveys/surveys.service.js';" },
  'dialects-meet-in-the-core': { 'src/surveys/planted.ts': "import '../questions/questions.dto.js';" },
  'rooms-know-no-root': { 'src/surveys/planted.ts': "import '../config.js';" },
  'nothing-imports-the-readers': { 'src/health/planted.ts': "import '../analytics/analytics.service.js';" },
  'reading-knows-only-the-core': { 'src/reading/planted.ts': "import '../surveys/surveys.service.js';" },
  'no-circular': { 'src/health/planted.ts': "import './other.js';", 'src/health/other.ts': "import './planted.js';" },
  'no-unresolvable': { 'src/health/planted.ts': "import './nowhere.js';" },
  'no-dev-dependency-in-the-product': { 'src/health/planted.ts': "import 'fast-check';" },
};

interface Cruise {
  summary: { violations: { rule: { name: string }; from: string }[] };
}

/** The names of the rules that files beside those of {@link house} break. */
async function rulesBrokenBy(files: Record<string, string>): Promise<string[]> {
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
    return [...new Set(summary.violations.map(({ rule }) => rule.name))];
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

describe('the import law', () => {
  it('has nothing against a house that keeps it', async () => {
    expect(await rulesBrokenBy({})).toEqual([]);
  });

  it.each(Object.entries(violations))('%s fires on a planted violation', async (rule, planted) => {
    expect(await rulesBrokenBy(planted)).toContain(rule);
  });

  it('has a planted violation for every rule', async () => {
    const law = createRequire(import.meta.url)('../.dependency-cruiser.cjs') as { forbidden: { name: string }[] };
    expect(Object.keys(violations).toSorted()).toEqual(law.forbidden.map(({ name }) => name).toSorted());
  });
});
