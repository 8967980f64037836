import { Migration0001Feedback } from './0001-feedback.js';
import { Migration0002Workspaces } from './0002-workspaces.js';
import { Migration0003Questions } from './0003-questions.js';
import { Migration0004People } from './0004-people.js';
import { Migration0005Bots } from './0005-bots.js';
import { Migration0006Idempotency } from './0006-idempotency.js';
import { Migration0007ScoreCounts } from './0007-score-counts.js';
import { Migration0008Demo } from './0008-demo.js';
import { Migration0009Entries } from './0009-entries.js';
import { Migration0010WorkspaceDeletion } from './0010-workspace-deletion.js';
import { Migration0013Names } from './0013-names.js';
import { Migration0017SecondNames } from './0017-second-names.js';

/** Oldest first. A migration that has been released is never edited. */
export const migrations = [
  Migration0001Feedback,
  Migration0002Workspaces,
  Migration0003Questions,
  Migration0004People,
  Migration0005Bots,
  Migration0006Idempotency,
  Migration0007ScoreCounts,
  Migration0008Demo,
  Migration0009Entries,
  Migration0010WorkspaceDeletion,
  Migration0013Names,
  Migration0017SecondNames,
];
