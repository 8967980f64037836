import { mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { encryptionKeyIn, keptEncryptionKey, readEncryptionKey } from './encryption-key.js';

let dataDir: string;

beforeAll(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'afterword-key-'));
});

afterAll(() => rm(dataDir, { recursive: true }));

describe('the encryption key in DATA_DIR', () => {
  it('is not made by whoever only reads it', async () => {
    expect([await readEncryptionKey(dataDir), await readdir(dataDir)]).toEqual([undefined, []]);
  });

  it('is made once, for its owner only, and is the same ever after', async () => {
    const keys = await Promise.all([keptEncryptionKey(dataDir), keptEncryptionKey(dataDir)]);
    expect(new Set([...keys, await keptEncryptionKey(dataDir)]).size).toBe(1);
    expect(encryptionKeyIn(keys[0])).toHaveLength(32);
    expect((await stat(join(dataDir, 'encryption.key'))).mode & 0o777).toBe(0o600);
  });

  it('is refused if something else stands there', async () => {
    await writeFile(join(dataDir, 'encryption.key'), 'cut off');
    await expect(keptEncryptionKey(dataDir)).rejects.toThrow('encryption.key');
  });
});

describe('an encryption key', () => {
  it('is the same in hex and in base64', () => {
    const bytes = Buffer.from('an encryption key that is 32 b.!');
    for (const writing of ['hex', 'base64'] as const) expect(encryptionKeyIn(bytes.toString(writing))).toEqual(bytes);
  });
});
