import { MalformedRequest } from '#libs/problem-details';
import type { FastifyRequest } from 'fastify';

const credentialFields = new Set(['authorization', 'auth', 'client-id', 'client_id']);

/**
 * Reads the raw fields, because Node keeps the first `Authorization` and drops the others silently, and whatever stands
 * in front of us may have looked at the last.
 *
 * @throws MalformedRequest if a credential field was sent more than once.
 */
export function refuseRepeatedCredentials(request: FastifyRequest): void {
  const { rawHeaders } = request.raw;
  const seen = new Set<string>();
  for (let i = 0; i < rawHeaders.length; i += 2) {
    const name = rawHeaders[i]!.toLowerCase();
    if (!credentialFields.has(name)) continue;
    if (seen.has(name)) throw new MalformedRequest(`the header field ${name} was sent more than once`);
    seen.add(name);
  }
}

/** The value of a credential field; undefined if it was not sent, or empty. */
export function credentialField(
  request: Pick<FastifyRequest, 'headers'>,
  name: 'authorization' | 'auth' | 'client-id' | 'client_id',
): string | undefined {
  const value = request.headers[name];
  return typeof value === 'string' && value !== '' ? value : undefined;
}

/**
 * The client id, in `client-id` or, as some clients spell it, in `client_id`.
 * @throws MalformedRequest if there are both and they differ
 */
export function clientIdField(request: Pick<FastifyRequest, 'headers'>): string | undefined {
  const clientId = credentialField(request, 'client-id');
  const other = credentialField(request, 'client_id');
  if (clientId !== undefined && other !== undefined && clientId !== other)
    throw new MalformedRequest('the header fields client-id and client_id differ');
  return clientId ?? other;
}

/**
 * The token of `Authorization: Bearer <token>` (the scheme in any case, RFC 9110 §11.4); undefined for other schemes.
 * Wider than RFC 6750's token68, for keys that were made elsewhere: up to 512 printable ASCII characters.
 */
export function bearerToken(authorization: string | undefined): string | undefined {
  const token = /^bearer +([!-~].*)$/i.exec(authorization ?? '')?.[1];
  return token !== undefined && /^[ -~]{1,512}$/.test(token) ? token : undefined;
}
