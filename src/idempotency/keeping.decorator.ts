import { SetMetadata } from '@nestjs/common';

export const keepingKey = Symbol('what is kept of an answer');

/** `without`: all members but these, which are null in a repetition. `nothing`: a repetition is carried out again. */
export type Keeping = { without: string[] } | 'nothing';

/** Says what is kept of a POST's answer for its repetition. Without this decorator it is the whole answer. */
export const Keeping = (keeping: Keeping): MethodDecorator => SetMetadata(keepingKey, keeping);
