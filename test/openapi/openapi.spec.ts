import { describe, expect, it } from '@jest/globals';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { doorAt } from '../harness/doors.js';
import { document as closed } from '../harness/documented.js';

// Tests look into nodes of every shape.
// oxlint-disable-next-line typescript/no-explicit-any
type Node = Record<string, any>;

const document = closed as unknown as Node;
const schemas: Record<string, Node> = document['components'].schemas;
const tags: Node[] = document['tags'];

interface Operation {
  name: string;
  method: string;
  path: string;
  operation: Node;
}

const operations: Operation[] = Object.entries<Node>(document['paths']).flatMap(([path, item]) =>
  Object.entries<Node>(item).map(([method, operation]) => ({
    name: operation['operationId'],
    method,
    path,
    operation,
  })),
);

const resolved = (node: Node): Node =>
  node['$ref']
    ? node['$ref']
        .split('/')
        .slice(1)
        .reduce((at: Node, step: string) => at[step], document)
    : node;
const answers = (operation: Node): [status: string, answer: Node][] =>
  Object.entries<Node>(operation['responses']).map(([status, answer]) => [status, resolved(answer)]);

describe.each(operations)('$method $path: $name', ({ name, method, path, operation }) => {
  it('has a name that a method can have', () => {
    expect(name).toMatch(/^[a-z][A-Za-z0-9]+$/);
    expect(name).not.toMatch(/controller/i);
    expect(operations.filter((one) => one.name === name)).toHaveLength(1);
  });

  it('says what it does in one sentence, under its tag', () => {
    expect(operation['summary']).toMatch(/^[A-Z].{5,110}[^.]$/);
    expect(operation['tags']).toHaveLength(1);
    expect(tags.map((tag) => tag['name'])).toContain(operation['tags'][0]);
  });

  it('says more than that below it', () => {
    expect(operation['description']).toMatch(/\w{2,} \w{2,}.*\.$/s);
  });

  it('says who may call', () => {
    const isOpen = operation['tags'][0] === 'Health';
    expect(operation['security']).toHaveLength(isOpen ? 0 : 1);
    for (const scheme of Object.keys(operation['security'][0] ?? {}))
      expect(document['components'].securitySchemes[scheme]['description']).toBeTruthy();
  });

  it('describes every parameter', () => {
    for (const parameter of (operation['parameters'] ?? []).map(resolved)) {
      expect([parameter.name, parameter.description?.length > 3]).toEqual([parameter.name, true]);
      expect(parameter.schema).toBeDefined();
    }
  });

  it('takes an Idempotency-Key if it is a POST, and says so', () => {
    const names = (operation['parameters'] ?? []).map(resolved).map(({ name: field }: Node) => field);
    expect([names.includes('Idempotency-Key'), '409' in operation['responses']]).toEqual(
      method === 'post' ? [true, true] : [false, expect.any(Boolean)],
    );
  });

  it('lists every kind of answer', () => {
    const { name: door, invalid } = doorAt(path);
    const wanted = [
      '400',
      '500',
      '503',
      'default',
      ...(operation['security'].length > 0 ? ['401', '429'] : []),
      ...(operation['security'].length > 0 && door !== 'Kore' ? ['403'] : []),
      ...(operation['requestBody'] ? ['413', '415', String(invalid)] : []),
      ...(path.endsWith('}') && !/^delete$/.test(method) ? ['404'] : []),
    ];
    expect(Object.keys(operation['responses'])).toEqual(expect.arrayContaining(wanted));
    // Submitted again under its external id, an entry is not created.
    const successes = operation['operationId'] === 'submitFeedback' ? ['200', '201'] : [expect.stringMatching(/^2/)];
    expect(Object.keys(operation['responses']).filter((status) => status.startsWith('2'))).toEqual(successes);
  });

  it('describes every answer, with its header fields, a schema and an example', () => {
    for (const [status, answer] of answers(operation)) {
      expect([status, answer['description']]).toEqual([status, expect.stringMatching(/\w/)]);
      expect(Object.keys(answer['headers'])).toContain('X-Request-Id');
      if (status !== '204') expect(Object.keys(answer['content'] ?? {})).not.toHaveLength(0);
      for (const media of Object.values<Node>(answer['content'] ?? {})) {
        expect([status, media['schema']]).toEqual([status, expect.anything()]);
        expect([status, media['example'] ?? media['examples']]).toEqual([status, expect.anything()]);
      }
    }
  });

  it('shows an example of what it takes', () => {
    if (!operation['requestBody']) return;
    const { example, examples } = Object.values<Node>(operation['requestBody'].content)[0]!;
    expect(example ?? examples).toBeDefined();
  });
});

describe('the document', () => {
  it('describes every tag, and has no empty one', () => {
    for (const { name, description } of tags) {
      expect([name, description]).toEqual([name, expect.stringMatching(/\w+ \w+/)]);
      expect(operations.some(({ operation }) => operation['tags'][0] === name)).toBe(true);
    }
  });

  it('describes every schema', () => {
    const bare = Object.keys(schemas).filter((name) => !schemas[name]!['enum'] && !schemas[name]!['description']);
    expect(bare).toEqual([]);
  });

  it('has no schema that nothing refers to', () => {
    const text = JSON.stringify(document);
    expect(Object.keys(schemas).filter((name) => !text.includes(`"#/components/schemas/${name}"`))).toEqual([]);
  });

  it('has a name for every shape and for every set of values', () => {
    const nameless: string[] = [];
    walk(document, '#', (node, at) => {
      const isComponent = /^#\/components\/schemas\/\w+$/.test(at) || at.includes('/example');
      if (!isComponent && node['type'] === 'object' && node['properties']) nameless.push(at);
    });
    expect(nameless).toEqual([]);
    const sets: string[] = [];
    walk(document, '#', (node) => {
      if (Array.isArray(node['enum']) && node['enum'].length > 1) sets.push(String(node['enum'].toSorted()));
    });
    expect(sets.filter((one, at) => sets.indexOf(one) !== at)).toEqual([]);
  });

  it('states the limit of every text and list that is sent', () => {
    for (const { name, operation } of operations) {
      const parameters: Node[] = (operation['parameters'] ?? []).map(resolved);
      const bodies = Object.values<Node>(operation['requestBody']?.content ?? {});
      for (const part of [...parameters, ...bodies])
        expect([name, part['name'], limitless(part['schema'])]).toEqual([name, part['name'], []]);
    }
  });

  it('states the limit of what is answered as it was sent, and of pages', () => {
    expect(schemas['Bot']!['properties'].name.maxLength).toBe(255);
    expect(schemas['Entry']!['properties'].respondent.maxLength).toBe(255);
    expect(schemas['Workspace']!['properties'].slug.maxLength).toBe(63);
    expect(schemas['Credential']!['properties'].bots).toMatchObject({ maxItems: 1_000, items: { maxLength: 255 } });
    const pages = Object.values(schemas).filter(({ properties }) => properties?.nextCursor);
    expect(pages.map(({ properties }) => properties.data.maxItems)).toEqual(pages.map(() => 200));
  });

  it('says who looks after it', () => {
    expect(document['info'].contact).toEqual({ name: 'Afterword maintainers' });
  });

  it('has the paths as the vendors write them', () => {
    const ofUserFeedback = operations.filter(({ path }) => path.startsWith('/v1.0/')).map(({ path }) => path);
    expect([...new Set(ofUserFeedback)]).toEqual([
      '/v1.0/user/',
      '/v1.0/log_message_from_user/',
      '/v1.0/log_feedback_from_user/',
    ]);
    expect(operations.filter(({ path }) => path.endsWith('/'))).toHaveLength(ofUserFeedback.length);
  });

  it('has patterns that can be written between slashes and in a text', () => {
    const patterns: string[] = [];
    walk(document, '#', ({ pattern }) => {
      if (typeof pattern === 'string') patterns.push(pattern);
    });
    expect(patterns.length).toBeGreaterThan(5);
    for (const pattern of patterns) {
      expect(() => new RegExp(pattern, 'u')).not.toThrow();
      expect(pattern).not.toContain('\\/');
    }
  });

  it('shows only examples that it takes itself', () => {
    const ajv = new Ajv2020({ strict: false, validateSchema: false, allErrors: true });
    ajv.addFormat('date-time', /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{3})?Z$/);
    ajv.addFormat('uuid', /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/);
    ajv.addFormat('uri-reference', /^\/\S+$/);
    ajv.addSchema({ ...document, $id: 'document' });
    let shown = 0;
    walk(document, '#', (node, at) => {
      const examples = [node['example'], ...Object.values<Node>(node['examples'] ?? {}).map(({ value }) => value)];
      for (const example of examples.filter((one) => one !== undefined)) {
        shown += 1;
        const validate = ajv.compile({ $ref: `document${at}/schema` });
        expect([at, validate(example), validate.errors]).toEqual([at, true, null]);
      }
    });
    expect(shown).toBeGreaterThan(operations.length * 2);
  });
});

/** The texts and lists in `schema` that may be of any length. */
function limitless(schema: Node, at = '', seen: string[] = []): string[] {
  const { $ref, type, items, properties = {}, additionalProperties } = schema;
  if ($ref) return seen.includes($ref) ? [] : limitless(resolved(schema), at, [...seen, $ref]);
  const isLimited = ['maxLength', 'enum', 'const', 'format'].some((keyword) => keyword in schema);
  const parts: [string, Node][] = [
    ...Object.entries<Node>(properties),
    ...['oneOf', 'anyOf', 'allOf'].flatMap((keyword) => Object.entries<Node>(schema[keyword] ?? [])),
    ...(items ? [['items', items] as [string, Node]] : []),
    ...(typeof additionalProperties === 'object' ? [['*', additionalProperties] as [string, Node]] : []),
  ];
  return [
    ...([type].flat().includes('string') && !isLimited ? [at] : []),
    ...([type].flat().includes('array') && !('maxItems' in schema) ? [at] : []),
    ...parts.flatMap(([name, part]) => limitless(part, `${at}/${name}`, seen)),
  ];
}

function walk(node: unknown, at: string, look: (node: Node, at: string) => void): void {
  if (typeof node !== 'object' || node === null) return;
  if (!Array.isArray(node)) look(node, at);
  for (const [key, child] of Object.entries(node))
    walk(child, `${at}/${encodeURIComponent(key.replaceAll('~', '~0').replaceAll('/', '~1'))}`, look);
}
