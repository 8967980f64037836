import { describe, expect, it } from '@jest/globals';
import { asFollower } from './feedback.writer.js';
import { recordedNow, withTag } from './stored-entry.js';
import { blankEntry, type Outcome, type Submission } from './submission.js';

const now = new Date('2026-03-01T12:00:00Z');
const closesAt = new Date('2026-03-01T13:00:00Z');
const thumb = {
  workspaceId: 'w',
  id: '1',
  source: 'message',
  externalId: 'a',
  instrument: 'message',
  scale: 'thumb',
} as const;
const said = withTag({ ...blankEntry, ...thumb, score: 1, occurredAt: now });
const entry = recordedNow(said, now);
const recorded: Outcome = { kind: 'recorded', entry };

const again = (score: number): Submission => ({ entry: { ...said, id: '2', score }, mayExist: true });
const rating: Submission = { entry: { ...said, id: '2' }, window: { length: 1, conversationTtl: 1 } };

describe('one that waited for another with the same key is told', () => {
  it('that the window is open, which the first has opened', () => {
    const duplicate = { kind: 'duplicate', closesAt };
    for (const cameBefore of [true, false])
      expect(asFollower({ ...recorded, closesAt }, rating, cameBefore)).toEqual(duplicate);
  });

  it('that the window is open, which the first found open, unless it came after that', () => {
    const duplicate: Outcome = { kind: 'duplicate', closesAt };
    expect(asFollower(duplicate, rating, true)).toEqual(duplicate);
    expect(asFollower(duplicate, rating, false)).toBeUndefined();
  });

  it('that the same content is there, unless it came after that was written', () => {
    expect(asFollower(recorded, again(1), true)).toEqual({ kind: 'unchanged', entry });
    expect(asFollower(recorded, again(1), false)).toBeUndefined();
  });

  it('nothing where its content is another, or the first was refused', () => {
    expect(asFollower(recorded, again(0), true)).toBeUndefined();
    expect(asFollower({ kind: 'unknown person' }, rating, true)).toBeUndefined();
    expect(asFollower({ kind: 'no conversation' }, rating, true)).toBeUndefined();
  });
});
