import { mayDo, type Principal } from '#libs/access';
import { jsonLimits, parseJson } from '#libs/json-body';
import { InvalidInput } from '#libs/problem-details';
import { BodyPipe, isPlainObject } from '#libs/validation';
import { Inject, Injectable } from '@nestjs/common';
import { sources } from '../feedback/feedback-entry.entity.js';
import type { Submission } from '../feedback/submission.js';
import { type BatchLine, BatchLines } from './batch.dto.js';
import { toEntry } from './submissions.service.js';

/** A line has the limits of a request's body; an administrator's, who may import, those of the longest exported line. */
export const limitsOfExports = { maxBytes: 4_194_304, maxValues: 51_000 };

/** Reads the lines of batches, whether they come in a request or out of a file. */
@Injectable()
export class LineReader {
  private readonly pipe = new BodyPipe();

  constructor(@Inject(BatchLines) private readonly lines: BatchLines) {}

  /**
   * The entry that a line asks for.
   * @throws MalformedRequest, InvalidInput
   */
  read(caller: Principal, bytes: Uint8Array): Submission {
    const { maxBytes, maxValues } = mayDo(caller, 'admin') ? limitsOfExports : jsonLimits;
    if (bytes.length > maxBytes) throw fault('', `the line must be at most ${maxBytes} bytes long`);
    return this.submissionOf(caller, parseJson(bytes, { maxValues }));
  }

  /** The same of a line that was parsed before. */
  submissionOf(caller: Principal, sent: unknown): Submission {
    if (!mayDo(caller, 'admin')) refuseImported(sent);
    const line = this.pipe.transform(sent, { type: 'body', metatype: this.typeOf(sent) }) as BatchLine;
    const entry = toEntry(caller, line);
    return { entry, mayExist: entry.externalId !== null };
  }

  private typeOf(sent: unknown): BatchLines[keyof BatchLines] {
    const source = isPlainObject(sent) && sent['source'];
    return this.lines[sources.find((one) => one === source) ?? 'native'];
  }
}

/** What only an administrator may say. */
function refuseImported(sent: unknown): void {
  if (!isPlainObject(sent)) return;
  const { source, countedAt } = sent;
  const lacks = (member: string): InvalidInput =>
    fault(`/${member}`, `${member} needs a credential with the scope admin`);
  if (source !== 'native' && sources.some((one) => one === source)) throw lacks('source');
  if (countedAt != null) throw lacks('countedAt');
}

function fault(pointer: string, detail: string): InvalidInput {
  return new InvalidInput([{ pointer, detail }]);
}
