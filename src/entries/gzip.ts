import { pipeline, type Readable } from 'node:stream';
import { constants, createGzip } from 'node:zlib';
import { weightsIn } from '#libs/negotiation';

/** Whether an `Accept-Encoding` wants gzip rather than the bytes as they are. */
export function acceptsGzip(field: string | undefined): boolean {
  const weights = weightsIn(field);
  const weight = weights.get('gzip') ?? weights.get('*') ?? 0;
  return weight > 0 && weight >= (weights.get('identity') ?? 0);
}

/** The same, compressed. What `file` hands over is passed on at once; each of the two ends badly where the other does. */
export function gzipped(file: Readable): Readable {
  // The reader of the returned stream sees the failure.
  return pipeline(file, createGzip({ flush: constants.Z_SYNC_FLUSH }), () => undefined);
}
