import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type pg from 'pg';
import { adminKey, type Answer, call, encryptionKey, type TestApp } from '../harness/app.js';
import { CommandLine } from '../harness/cli.js';
import { connectTo, newDatabase, type Place, urlOf } from '../harness/database.js';
import { type DatabaseProxy, proxyTo } from '../harness/database-proxy.js';
import { peakMemoryOf, report, seeded } from '../harness/faults.js';
import { isLinearizable, type Operation } from '../harness/linearizable.js';
import { endServers, type Server, startServer } from '../harness/server.js';
import { until } from '../harness/until.js';

/** `npm run faults` sets 200, and a seed. */
const rounds = Number(process.env['ROUNDS'] ?? 4);
const seed = Number(process.env['SEED'] ?? Date.now() % 1_000_000);
const random = seeded(seed);
const oneOf = <T>(values: readonly T[]): T => values[Math.floor(random() * values.length)]!;

let directory: string;
let place: Place;
let client: pg.Client;
let proxy: DatabaseProxy;
let servers: Server[];
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'afterword-histories-'));
  place = await newDatabase('histories');
  client = await connectTo(place);
  proxy = await proxyTo(place.host, place.port);
  const DATABASE_URL = urlOf({ ...place, host: '127.0.0.1', port: proxy.port });
  const settings = { DATABASE_URL, ADMIN_API_KEY: adminKey, ENCRYPTION_KEY: encryptionKey };
  const start = () => startServer(directory, { ...settings, LOG_LEVEL: 'fatal', RATE_LIMIT: '0' });
  servers = [await start(), await start()];
}, 120_000);
afterAll(async () => {
  await proxy.mend();
  await endServers();
  await client.end();
  await proxy.cut();
  await rm(directory, { recursive: true });
}, 60_000);

type Kind = 'submit' | 'retry' | 'read' | 'remove';
interface Planned {
  kind: Kind;
  key: string;
  content: string;
  server: number;
}

/** What one caller does, one after the other. Drawn before anything runs, so that the same seed plans the same. */
function plan(round: number, caller: number): Planned[] {
  let last: Planned | undefined;
  return Array.from({ length: 5 }, (_, step) => {
    const kind = oneOf<Kind>(['submit', 'submit', 'submit', 'retry', 'read', 'remove', 'remove']);
    const fresh = { key: `${round}-${oneOf(['a', 'b'])}`, content: `${round}-${caller}-${step}` };
    const planned = { ...(kind === 'retry' && last ? last : fresh), kind, server: oneOf([0, 1]) };
    if (planned.kind === 'submit') last = planned;
    return planned;
  });
}

const expected: Record<Kind, number[]> = { submit: [200], retry: [200], read: [200, 404], remove: [200, 404] };
let slowest = 0;
let acknowledged = 0;

async function carryOut({ kind, key, content, server }: Planned, history: Map<string, Operation[]>): Promise<void> {
  const operation: Operation = { begun: performance.now(), ended: Infinity };
  if (kind !== 'read') operation.writes = kind === 'remove' ? null : content;
  history.set(key, [...(history.get(key) ?? []), operation]);
  const answer = await ask(kind, key, content, servers[server]!);
  const now = performance.now();
  slowest = Math.max(slowest, now - operation.begun);
  if (answer.status === 503) {
    // What was read and not answered says nothing.
    if (kind === 'read')
      history.set(
        key,
        history.get(key)!.filter((one) => one !== operation),
      );
    return;
  }
  expect(expected[kind]).toContain(answer.status);
  operation.ended = now;
  acknowledged++;
  if (answer.status === 404) operation.saw = null;
  else operation.saw = kind === 'remove' ? content : answer.body.details;
}

function ask(kind: Kind, id: string, details: string, server: Server): Promise<Answer> {
  if (kind === 'read') return call(server, `/feedback/${id}`);
  if (kind === 'remove') return call(server, `/feedback/${id}`, { method: 'DELETE' });
  return call(server, '/feedback', { body: { id, type: 'positive', messageId: 'm', details } });
}

/** Each leaves the database as it found it. */
const disturbances: (() => Promise<unknown>)[] = [
  () => Promise.resolve(),
  async () => {
    await proxy.cut();
    await proxy.mend();
  },
  async () => {
    proxy.lose('answers');
    await delay(10);
    await proxy.cut();
    await proxy.mend();
  },
  async () => {
    proxy.freeze();
    await delay(60);
    await proxy.mend();
  },
];

describe.each([
  ['one caller, as the model says', 1, false],
  ['six callers at once through two servers, as one register would', 6, false],
  ['six callers while the way to the database breaks', 6, true],
])(`%s (SEED=${seed})`, (what, callers, isDisturbed) => {
  it(
    `submits, repeats, reads and removes, ${rounds} times`,
    async () => {
      [slowest, acknowledged] = [0, 0];
      const broken: unknown[] = [];
      for (let round = 1; round <= rounds; round++) {
        const name = round + 1_000_000 * (callers + Number(isDisturbed));
        const history = new Map<string, Operation[]>();
        const plans = Array.from({ length: callers }, (_, caller) => plan(name, caller));
        const disturb = isDisturbed ? oneOf(disturbances) : undefined;
        const pause = random() * 20;
        const running = plans.map(async (steps) => {
          for (const step of steps) await carryOut(step, history);
        });
        await delay(pause);
        await disturb?.();
        await Promise.all(running);
        await until(async () => (await call(servers[0]!, '/readyz')).status === 200);
        // The last word is the database's.
        for (const key of history.keys()) await settle(key, history);
        for (const [key, operations] of history) if (!isLinearizable(operations)) broken.push({ key, operations });
      }
      const rows = await client.query('select from feedback_entry group by source, external_id having count(*) > 1');
      report({
        promise: 'one id',
        what,
        rounds,
        acknowledged,
        lost: broken.length,
        doubled: rows.rowCount!,
        slowest,
        memory: peakMemoryOf(servers[0]!.process.pid!),
      });
      expect(broken).toEqual([]);
      expect(rows.rowCount).toBe(0);
    },
    30_000 + rounds * 4_000,
  );
});

async function settle(key: string, history: Map<string, Operation[]>): Promise<void> {
  const begun = performance.now();
  const { rows } = await client.query<{ comment: string }>(
    'select comment from feedback_entry where external_id = $1 for update',
    [key],
  );
  history.get(key)!.push({ begun, ended: performance.now(), saw: rows[0]?.comment ?? null });
}

it('and what was counted is what is there', async () => {
  const line = new CommandLine({ connection: place } as TestApp);
  const { code, out, err } = await line.run(['analytics', 'verify']);
  expect([code, out + err]).toEqual([0, expect.stringContaining('0 differences')]);
}, 60_000);

describe('the check itself', () => {
  const at = (begun: number, ended: number, what: Partial<Operation>): Operation => ({ begun, ended, ...what });
  const write = (begun: number, ended: number, content: string) => at(begun, ended, { writes: content, saw: content });

  it.each<[string, boolean, Operation[]]>([
    ['what was written is read', true, [write(0, 1, 'a'), at(2, 3, { saw: 'a' })]],
    ['an acknowledged write is lost', false, [write(0, 1, 'a'), at(2, 3, { saw: null })]],
    ['an older write comes back', false, [write(0, 1, 'a'), write(2, 3, 'b'), at(4, 5, { saw: 'a' })]],
    ['two at once are read in either order', true, [write(0, 3, 'a'), write(1, 2, 'b'), at(4, 5, { saw: 'a' })]],
    ['an unknown one takes effect', true, [at(0, Infinity, { writes: 'a' }), at(2, 3, { saw: 'a' })]],
    ['an unknown one takes none', true, [at(0, Infinity, { writes: 'a' }), at(2, 3, { saw: null })]],
    [
      'an unknown one takes effect twice',
      false,
      [at(0, Infinity, { writes: 'a' }), at(1, 2, { saw: 'a' }), write(3, 4, 'b'), at(5, 6, { saw: 'a' })],
    ],
    [
      'what was removed is read',
      false,
      [write(0, 1, 'a'), at(2, 3, { writes: null, saw: 'x' }), at(4, 5, { saw: 'a' })],
    ],
    ['a removal of nothing says that there was something', false, [at(0, 1, { writes: null, saw: 'x' })]],
  ])('%s: %s', (_, isKept, operations) => expect(isLinearizable(operations)).toBe(isKept));
});
