import { catalogued, Problem } from '#libs/problem-details';
import texts from './surveys.problems.json' with { type: 'json' };

/** The bot is not one of the workspace's; whether it is somebody else's, nobody is told. */
export class UnknownBot extends Problem {
  static override readonly status = 400;
  static override readonly slug = 'unknown-bot';
  static override readonly title = 'There is no such bot';

  constructor() {
    super('Invalid StreamId');
  }
}

/** The workspace has a bot with this id already. */
export class BotIdInUse extends Problem {
  static override readonly status = 409;
  static override readonly slug = 'bot-id-in-use';
  static override readonly title = 'Another bot of the workspace has this id';

  constructor(id: string) {
    super(`the bot id ${id} is in use`);
  }
}

export const surveysProblems = catalogued(texts, [
  new UnknownBot(),
  new BotIdInUse('st-053cd130-f983-577a-8aad-2504aebd60b9'),
]);
