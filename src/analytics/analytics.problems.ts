import { catalogued, Problem } from '#libs/problem-details';
import texts from './analytics.problems.json' with { type: 'json' };

/** A filter names something that is counted only together with other things, so there is no number of it alone. */
export class NotCountedApart extends Problem {
  static override readonly status = 422;
  static override readonly slug = 'not-counted-apart';
  static override readonly title = 'There is no number of this alone';
  static override readonly code = 'not_counted_apart';

  /** @param members of the query, each of which names such a thing */
  constructor(members: string[]) {
    const detail = (member: string): string =>
      `answers with this ${member} are counted only together with others; GET /v1/feedback lists them`;
    const errors = members.map((member) => ({ pointer: `/${member}`, detail: detail(member) }));
    super(errors.map((fault) => fault.detail).join('; '), { errors });
  }
}

export const analyticsProblems = catalogued(texts, [new NotCountedApart(['channel'])]);
