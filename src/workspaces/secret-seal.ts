import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { ServiceUnavailable } from '#libs/problem-details';
import { Inject, Injectable, Optional } from '@nestjs/common';
import { NoEncryptionKey } from './workspaces.problems.js';

/** Injection token: the 32 bytes of `ENCRYPTION_KEY`, if there are any. */
export const EncryptionKey = Symbol('EncryptionKey');

const algorithm = 'aes-256-gcm';
const nonceLength = 12;
const authTagLength = 16;

/**
 * Seals the secrets of clients with AES-256-GCM (NIST SP 800-38D). Each is bound to its credential: moved to another
 * row it does not open. Random nonces are safe for 2³² secrets under one key.
 */
@Injectable()
export class SecretSeal {
  constructor(@Optional() @Inject(EncryptionKey) private readonly key?: Buffer) {}

  /**
   * @returns nonce, ciphertext and tag in base64
   * @throws NoEncryptionKey
   */
  seal(secret: string, credentialId: string): string {
    if (!this.key) throw new NoEncryptionKey();
    const nonce = randomBytes(nonceLength);
    const cipher = createCipheriv(algorithm, this.key, nonce).setAAD(Buffer.from(credentialId));
    return Buffer.concat([nonce, cipher.update(secret, 'utf8'), cipher.final(), cipher.getAuthTag()]).toString(
      'base64',
    );
  }

  /** @throws ServiceUnavailable without the key that it was sealed with: then nobody knows whether what a client sent is right */
  open(sealed: string, credentialId: string): string {
    if (!this.key) throw cannotOpen('ENCRYPTION_KEY is not set');
    const bytes = Buffer.from(sealed, 'base64');
    try {
      const decipher = createDecipheriv(algorithm, this.key, bytes.subarray(0, nonceLength), { authTagLength });
      decipher.setAAD(Buffer.from(credentialId)).setAuthTag(bytes.subarray(-authTagLength));
      return decipher.update(bytes.subarray(nonceLength, -authTagLength), undefined, 'utf8') + decipher.final('utf8');
    } catch {
      throw cannotOpen('ENCRYPTION_KEY is not the one that it was sealed with');
    }
  }
}

function cannotOpen(why: string): ServiceUnavailable {
  const cause = new Error(`the secret of a client cannot be opened: ${why}`);
  return new ServiceUnavailable('clients cannot be verified right now', { cause });
}
