import { type CataloguedProblem, Problem } from '#libs/problem-details';

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

export const analyticsProblems: CataloguedProblem[] = [
  {
    example: new NotCountedApart(['channel']),
    when: 'A filter of the analytics names an instrument, channel, language or bot that has no number of its own: the first 1,000 instruments and the first 100 of everything else are counted by name, names of more than 512 bytes and languages outside BCP 47 never are.',
    remedy: 'Leave the filter out, or list the answers with GET /v1/feedback, which knows every name.',
  },
];
