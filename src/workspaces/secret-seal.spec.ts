import { randomBytes } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { SecretSeal } from './secret-seal.js';
import { NoEncryptionKey } from './workspaces.problems.js';

const seal = new SecretSeal(randomBytes(32));
const secret = 'a secret, ü included';

describe('a sealed secret', () => {
  it('opens for its own credential', () => {
    expect(seal.open(seal.seal(secret, 'id'), 'id')).toBe(secret);
  });

  it('is another one each time', () => {
    expect(seal.seal(secret, 'id')).not.toBe(seal.seal(secret, 'id'));
  });

  it('does not open for another credential, or under another key, or changed', () => {
    const sealed = seal.seal(secret, 'id');
    const changed = Buffer.from(sealed, 'base64');
    changed[14]! ^= 1;
    const away = 'clients cannot be verified right now';
    expect(() => seal.open(sealed, 'other')).toThrow(away);
    expect(() => new SecretSeal(randomBytes(32)).open(sealed, 'id')).toThrow(away);
    expect(() => new SecretSeal().open(sealed, 'id')).toThrow(away);
    expect(() => seal.open(changed.toString('base64'), 'id')).toThrow(away);
    expect(() => seal.open('', 'id')).toThrow(away);
  });

  it('cannot be made without a key', () => {
    expect(() => new SecretSeal().seal(secret, 'id')).toThrow(NoEncryptionKey);
  });
});
