import { UnknownOutcome } from '#libs/persistence';
import { expect, it } from '@jest/globals';
import type { BulkWriter, Fate } from '../feedback/bulk.writer.js';
import type { Submission } from '../feedback/submission.js';
import { storing } from './store.js';

/** Answers with `fates`, call by call, each for all that is handed over. */
function writerOf(...fates: Fate[]): BulkWriter {
  return { record: async (entries: unknown[]) => entries.map(() => fates.shift()!) } as unknown as BulkWriter;
}
const submissions = [{ entry: {} } as Submission];
const code = (state: string): Fate => ({ error: Object.assign(new Error('no'), { code: state }) });

it.each<[string, Fate]>([
  ['is away', code('57P01')],
  ['does not say whether it was stored', { error: new UnknownOutcome('1') }],
])('what meets a database that %s is stored at the next try', async (_, fate) => {
  expect(await storing(writerOf(fate, { kind: 'unchanged', id: 'a' }))(submissions)).toEqual(['unchanged']);
});

it('a value that the database refuses is refused, and a defect ends the import', async () => {
  const [refused] = await storing(writerOf(code('22003')))(submissions);
  expect(refused).toEqual({ reason: expect.stringContaining('cannot be stored') });
  await expect(storing(writerOf(code('42601')))(submissions)).rejects.toThrow('no');
});
