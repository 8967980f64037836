import { type CataloguedProblem, Problem } from '#libs/problem-details';

/** Another workspace has this slug. */
export class SlugInUse extends Problem {
  static override readonly status = 409;
  static override readonly slug = 'slug-in-use';
  static override readonly title = 'Another workspace has this slug';

  constructor(slug: string) {
    super(`the slug ${slug} is in use`);
  }
}

/** The administrator acts in the workspace `default`, and so does whoever names no other. */
export class DefaultWorkspaceStays extends Problem {
  static override readonly status = 409;
  static override readonly slug = 'default-workspace-stays';
  static override readonly title = 'The workspace default cannot be deleted';

  constructor() {
    super('the workspace default cannot be deleted');
  }
}

/** The key or client id is in use somewhere in the instance. Where, nobody is told. */
export class CredentialInUse extends Problem {
  static override readonly status = 409;
  static override readonly slug = 'credential-in-use';
  static override readonly title = 'The key or client id is in use';

  constructor() {
    super('the key or client id is in use');
  }
}

/** The credential would be able to do what its maker is not. */
export class BeyondItsMaker extends Problem {
  static override readonly status = 403;
  static override readonly slug = 'beyond-its-maker';
  static override readonly title = 'A credential cannot grant what it lacks';
}

/** A client was to be made on a server that has nothing to seal its secret with. */
export class NoEncryptionKey extends Problem {
  static override readonly status = 503;
  static override readonly slug = 'no-encryption-key';
  static override readonly title = 'The server cannot keep the secrets of clients';

  constructor() {
    super('the server has no ENCRYPTION_KEY to seal client secrets with: whoever runs it must set one');
  }
}

export const workspacesProblems: CataloguedProblem[] = [
  {
    example: new BeyondItsMaker('your credential lacks the scope questions:write'),
    when: 'A credential was to be made that may do more than the one that makes it: a scope, a bot, an origin or a longer life that it does not have.',
    remedy: 'Ask for less, or make it with a credential that may do as much.',
  },
  {
    example: new SlugInUse('sales'),
    when: 'Another workspace of the instance has this slug.',
    remedy: 'Choose another slug.',
  },
  {
    example: new DefaultWorkspaceStays(),
    when: 'The workspace default was to be deleted. The administrator of the instance acts in it.',
    remedy:
      'Delete what is in it instead: DELETE /v1/feedback/{id}, or DELETE /v1/respondents/{id} for all of a person.',
  },
  {
    example: new CredentialInUse(),
    when: 'The key or client id that was brought along is in use somewhere in the instance. Where, nobody is told.',
    remedy: 'Revoke the credential that has it, or leave the member out to have one made.',
  },
  {
    example: new NoEncryptionKey(),
    when: 'A client was to be made, but the server has no ENCRYPTION_KEY to seal its secret with.',
    remedy: 'Whoever runs the server must set ENCRYPTION_KEY. API keys can be made without it.',
  },
];
