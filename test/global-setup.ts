import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { EmbeddedPostgres } from '#libs/persistence';

declare global {
  var stopServices: () => Promise<void>;
}

/** Starts a PostgreSQL for all workers; each makes a database of its own in it. */
export default async function setup(): Promise<void> {
  const dataDir = await mkdtemp(join(tmpdir(), 'afterword-test-'));
  const postgres = await EmbeddedPostgres.start({ dataDir });
  process.env['TEST_POSTGRES'] = JSON.stringify(postgres.superuser);
  globalThis.stopServices = async () => {
    await postgres.stop();
    await rm(dataDir, { recursive: true, force: true });
  };
}
