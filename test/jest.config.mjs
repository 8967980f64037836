// Tests that measure time, exhaust something, or load several servers: they run alone, one after the other. The others
// run two at a time.
const alone = ['libs/(group-commit|redis|throttling)/.*', 'test/alone/.*'].map(
  (path) => `/${path}\\.(e2e-)?spec\\.ts$`,
);

const project = {
  rootDir: `${import.meta.dirname}/..`,
  roots: ['<rootDir>/src', '<rootDir>/libs', '<rootDir>/test'],
  extensionsToTreatAsEsm: ['.ts'],
  moduleNameMapper: { '^(\\.{1,2}/.*)\\.js$': '$1', '^#libs/(.*)$': '<rootDir>/libs/$1/index.ts' },
  transform: {
    '\\.ts$': [
      '@swc/jest',
      {
        jsc: {
          target: 'es2024',
          parser: { syntax: 'typescript', decorators: true },
          transform: { legacyDecorator: true, decoratorMetadata: true, useDefineForClassFields: false },
          keepClassNames: true,
        },
        module: { type: 'es6' },
      },
    ],
  },
  setupFiles: [`${import.meta.dirname}/harness/setup.ts`],
  globalSetup: `${import.meta.dirname}/harness/global-setup.ts`,
  globalTeardown: `${import.meta.dirname}/harness/global-teardown.ts`,
};

export default {
  maxWorkers: 2,
  testTimeout: 30_000,
  projects: [
    { ...project, displayName: 'together', testRegex: '\\.(e2e-)?spec\\.ts$', testPathIgnorePatterns: alone },
    { ...project, displayName: 'alone', testRegex: alone, runner: `${import.meta.dirname}/harness/serial-runner.mjs` },
  ],
};
