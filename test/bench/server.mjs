// The same server, but for one thing: each entry is written by a flush of its own, as an ORM is commonly used
// (`flushEach`), or is not counted (`uncounted`).
import { readFileSync } from 'node:fs';
import { EntityManager } from '@mikro-orm/postgresql';
import { createApp } from '../../dist/src/server/app.js';
import { Config } from '../../dist/src/server/config.js';
import { FeedbackEntry } from '../../dist/src/feedback/feedback-entry.entity.js';
import { FeedbackWriter } from '../../dist/src/feedback/feedback.writer.js';
import { ScoreJournal } from '../../dist/src/counting/journal.js';
import { newLogger } from '../../dist/src/server/logging.js';

const { connection, settings } = JSON.parse(readFileSync(0, 'utf8'));
const app = await createApp(Object.assign(new Config(), settings), connection, newLogger('fatal'));
if (settings.flushEach) {
  const em = app.get(EntityManager);
  app.get(FeedbackWriter).record = async (entry) => {
    const now = new Date();
    const fork = em.fork();
    const occurredAt = entry.occurredAt ?? now;
    const stored = { ...entry, occurredAt, countedAt: occurredAt, recordedAt: now, updatedAt: now };
    fork.create(FeedbackEntry, stored);
    await fork.flush();
    return { kind: 'recorded', entry: stored };
  };
}
if (settings.uncounted) {
  const journal = app.get(ScoreJournal);
  journal.prepare = journal.append = async () => undefined;
}
await app.listen(0, '127.0.0.1');
process.stdout.write(`${app.getHttpServer().address().port}\n`);
process.once('SIGTERM', () => void app.close().then(() => process.exit(0)));
