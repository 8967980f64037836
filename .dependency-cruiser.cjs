/** Who may import whom. Every rule is seen to fire by test/import-law.spec.ts, which plants a violation of each. */
const dialects = '(questions|departments|surveys|user-feedback|message-feedback)';

/** Which lib may lean on which others, and why. */
const leansOn = {
  // Claims are parsed as strictly as bodies.
  access: ['json-body', 'problem-details'],
  background: [],
  'base-path': [],
  'byte-budget': ['fair-share', 'problem-details'],
  // A server that cannot be started is refused with the errors of a database that cannot be used.
  'embedded-postgres': ['persistence'],
  'fair-share': [],
  'group-commit': ['fair-share'],
  ids: [],
  'json-body': ['byte-budget', 'problem-details'],
  'json-stream': [],
  negotiation: [],
  outgoing: [],
  // What is stored as JSON is read back with the digits that it came with; what a migration leaves is filled in the background.
  persistence: ['background', 'fair-share', 'json-body', 'problem-details'],
  // What a problem names by its path is named as the caller sees it.
  'problem-details': ['base-path'],
  redis: [],
  statistics: [],
  text: [],
  throttling: ['problem-details', 'redis'],
  // Faults are named by the same pointers, and texts held to the same rules, as those of the bytes.
  validation: ['json-body', 'problem-details', 'text', 'wall-clock'],
  'wall-clock': [],
};

/** @type {import('dependency-cruiser').IConfiguration} */
module.exports = {
  forbidden: [
    {
      name: 'libs-know-no-src',
      comment: 'libs serve any product; none knows this one',
      severity: 'error',
      from: { path: '^libs/' },
      to: { path: '^src/' },
    },
    ...Object.entries(leansOn).map(([lib, others]) => ({
      name: `libs-stand-alone-${lib}`,
      comment: 'a lib leans on those that the list names, and enters them by index.ts',
      severity: 'error',
      from: { path: `^libs/${lib}/`, pathNot: '\\.spec\\.ts$' },
      to: { path: '^libs/', pathNot: [`^libs/${lib}/`, `^libs/(${others.join('|')})/index\\.ts$`] },
    })),
    {
      name: 'every-lib-is-listed',
      severity: 'error',
      from: { path: '^libs/', pathNot: `^libs/(${Object.keys(leansOn).join('|')})/` },
      to: {},
    },
    {
      name: 'libs-by-the-front-door',
      comment: 'a lib is entered by its index.ts only',
      severity: 'error',
      from: { path: '^(src|test)/' },
      to: { path: '^libs/', pathNot: '^libs/[^/]+/index\\.ts$' },
    },
    {
      name: 'core-knows-no-http',
      comment: 'the core and the counts have no controller, no DTO, no HTTP',
      severity: 'error',
      from: { path: '^src/(feedback|counting)/', pathNot: '\\.spec\\.ts$' },
      to: {
        path: '(^|/)node_modules/(@nestjs/(platform-|swagger|passport|throttler)|fastify|class-validator)|\\.(controller|dto)\\.ts$',
      },
    },
    {
      name: 'core-knows-no-caller',
      severity: 'error',
      from: { path: '^src/feedback/' },
      to: { path: '^src/', pathNot: '^src/((feedback|counting)/|locks\\.ts$)' },
    },
    {
      name: 'counting-calls-nobody',
      severity: 'error',
      from: { path: '^src/counting/' },
      to: { path: '^src/', pathNot: '^src/(counting/|locks\\.ts$)' },
    },
    {
      name: 'dialects-meet-in-the-core',
      comment:
        'dialect modules and analytics meet in the core and in entries only; questions and departments are one dialect',
      severity: 'error',
      from: { path: `^src/${dialects.replace(')', '|analytics)')}/` },
      to: {
        path: `^src/${dialects.replace(')', '|analytics)')}/`,
        pathNot: [
          '^src/$1/',
          '^src/departments/departments\\.service\\.ts$',
          '^src/departments/departments\\.problems\\.ts$',
          '^src/departments/department\\.entity\\.ts$',
          '^src/departments/departments\\.module\\.ts$',
        ],
      },
    },
    {
      name: 'entries-know-only-the-core',
      comment: 'what is read is what the core has stored, whichever door it came through',
      severity: 'error',
      from: { path: '^src/entries/' },
      to: { path: '^src/', pathNot: '^src/(entries|feedback|idempotency|openapi)/' },
    },
    {
      name: 'the-document-knows-no-room',
      comment: 'rooms say of themselves what the OpenAPI document shows of them; it only puts that together',
      severity: 'error',
      from: { path: '^src/openapi/' },
      to: { path: '^src/', pathNot: '^src/openapi/' },
    },
    {
      name: 'rooms-know-no-root',
      comment:
        'only the root, server and cli know everything; the register of locks knows nobody, and every room reads it',
      severity: 'error',
      from: { path: '^src/[^/]+/', pathNot: '^src/(server|cli)/' },
      to: { path: '^src/([^/]+\\.ts$|server/|cli/)', pathNot: '^src/locks\\.ts$' },
    },
    {
      name: 'nothing-imports-the-readers',
      comment:
        'nothing imports dashboard, analytics or watches, but the root, server and cli; watches read as analytics does',
      severity: 'error',
      from: { path: '^(src|libs)/([^/]+)/', pathNot: '^src/(server|cli|watches)/' },
      to: { path: '^src/(dashboard|analytics|watches)/', pathNot: '^$1/$2/' },
    },
    {
      name: 'watches-lean-downwards',
      comment: 'watches lean on the rooms below them; what others must hear of them goes through an event',
      severity: 'error',
      from: { path: '^src/watches/' },
      to: { path: '^src/', pathNot: '^src/(watches|analytics|counting|feedback|openapi)/|^src/locks\\.ts$' },
    },
    {
      name: 'the-page-stands-alone',
      comment:
        'the page knows the server by its API only; it is bundled, so that what it leans on is no dependency of the product',
      severity: 'error',
      from: { path: '^src/dashboard/page/', pathNot: '(\\.spec|/vite\\.config)\\.ts$' },
      to: { pathNot: '^src/dashboard/page/|(^|/)node_modules/preact/' },
    },
    {
      name: 'the-server-does-not-run-the-page',
      severity: 'error',
      from: { pathNot: '^src/dashboard/page/' },
      to: { path: '^src/dashboard/page/' },
    },
    { name: 'no-circular', severity: 'error', from: {}, to: { circular: true } },
    { name: 'no-unresolvable', severity: 'error', from: {}, to: { couldNotResolve: true } },
    {
      name: 'no-dev-dependency-in-the-product',
      severity: 'error',
      from: { path: '^(src|libs)/', pathNot: '\\.spec\\.ts$|^src/dashboard/page/' },
      to: { dependencyTypes: ['npm-dev', 'npm-no-pkg'] },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    // The client under test/sdk is generated while the tests run.
    exclude: { path: '^(dist|test/sdk)/' },
    tsConfig: { fileName: 'tsconfig.json' },
    tsPreCompilationDeps: true,
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['types', 'import', 'node', 'default'],
    },
  },
};
