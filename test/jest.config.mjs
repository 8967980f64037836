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
          experimental: { keepImportAttributes: true },
        },
        module: { type: 'es6' },
      },
    ],
  },
  setupFiles: [`${import.meta.dirname}/harness/setup.ts`],
  globalSetup: `${import.meta.dirname}/harness/global-setup.ts`,
  globalTeardown: `${import.meta.dirname}/harness/global-teardown.ts`,
};

const alone = '/test/alone/';
const serialRunner = `${import.meta.dirname}/harness/serial-runner.mjs`;

export default {
  maxWorkers: 2,
  testTimeout: 30_000,
  projects: [
    { ...project, displayName: 'together', testRegex: '\\.(e2e-)?spec\\.ts$', testPathIgnorePatterns: [alone] },
    // Tests that measure time, exhaust something, or load several servers: one after the other.
    { ...project, displayName: 'alone', testRegex: `${alone}.*\\.(e2e-)?spec\\.ts$`, runner: serialRunner },
  ],
};
