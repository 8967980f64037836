import { Reflector } from '@nestjs/core';

/** Names members of a POST's answer that are secret: the answer is kept without them, so that a repetition has null there. */
export const KeptWithout = Reflector.createDecorator<string[]>();

/** Of a POST that only reads: its answer is not kept, and a repetition reads again. */
export const ReadAgain = Reflector.createDecorator<void, boolean>({ transform: () => true });
