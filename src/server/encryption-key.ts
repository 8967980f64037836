import { randomBytes, randomUUID } from 'node:crypto';
import { link, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DatabaseRefused } from '#libs/persistence';

/** How a key is written: 32 bytes as 64 hex digits or in base64. */
export const encryptionKeyForm = /^([0-9a-fA-F]{64}|[A-Za-z0-9+/]{43}=?)$/;

/** The 32 bytes that `ENCRYPTION_KEY` writes as 64 hex digits or in base64. */
export function encryptionKeyIn(text: string): Buffer {
  return Buffer.from(text, /^[0-9a-fA-F]{64}$/.test(text) ? 'hex' : 'base64');
}

/**
 * The key that belongs to the own PostgreSQL in `dataDir`, made if there is none: a file of mode 600 beside it. Lost,
 * the secrets of all clients are lost with it.
 */
export async function keptEncryptionKey(dataDir: string): Promise<string> {
  const kept = await readEncryptionKey(dataDir);
  if (kept !== undefined) return kept;
  await make(fileIn(dataDir));
  return (await readEncryptionKey(dataDir))!;
}

/** The same key, but none is made. */
export async function readEncryptionKey(dataDir: string): Promise<string | undefined> {
  const file = fileIn(dataDir);
  const kept = (await readFile(file, 'utf8').catch(unlessMissing))?.trim();
  if (kept !== undefined && !encryptionKeyForm.test(kept))
    throw new DatabaseRefused(`${file} holds no key: restore it, or remove it to begin anew`);
  return kept;
}

function fileIn(dataDir: string): string {
  return join(dataDir, 'encryption.key');
}

/** The complete file is linked to its name: nobody reads half a key, and of two processes only one succeeds. */
async function make(file: string): Promise<void> {
  const draft = `${file}.${randomUUID()}`;
  await writeFile(draft, `${randomBytes(32).toString('base64')}\n`, { mode: 0o600, flush: true });
  try {
    await link(draft, file);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  } finally {
    await rm(draft, { force: true });
  }
}

function unlessMissing(error: NodeJS.ErrnoException): undefined {
  if (error.code !== 'ENOENT') throw error;
}
