import { SetMetadata } from '@nestjs/common';

export const keepingKey = Symbol('what is kept of an answer');

/** All of it but some members, which are null in the repetition; or nothing, and then the repetition is carried out again. */
export type Keeping = { without: string[] } | 'nothing';

/** What is kept of the answer of a POST for its repetition, where that is not all of it. */
export const Keeping = (keeping: Keeping): MethodDecorator => SetMetadata(keepingKey, keeping);
