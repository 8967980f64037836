import { catalogued, Problem } from '#libs/problem-details';
import texts from './workspaces.problems.json' with { type: 'json' };

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

/** Another credential of the instance has this key or client id. The answer does not say in which workspace. */
export class CredentialInUse extends Problem {
  static override readonly status = 409;
  static override readonly slug = 'credential-in-use';
  static override readonly title = 'The key or client id is in use';

  constructor() {
    super('the key or client id is in use');
  }
}

/** The credential would have a right that its maker lacks. */
export class BeyondItsMaker extends Problem {
  static override readonly status = 403;
  static override readonly slug = 'beyond-its-maker';
  static override readonly title = 'A credential cannot grant what it lacks';
}

/** The secret of a client cannot be sealed, because the server has no `ENCRYPTION_KEY`. */
export class NoEncryptionKey extends Problem {
  static override readonly status = 503;
  static override readonly slug = 'no-encryption-key';
  static override readonly title = 'The server cannot keep the secrets of clients';

  constructor() {
    super('the server has no ENCRYPTION_KEY to seal client secrets with: whoever runs it must set one');
  }
}

export const workspacesProblems = catalogued(texts, [
  new BeyondItsMaker('your credential lacks the scope questions:write'),
  new SlugInUse('sales'),
  new DefaultWorkspaceStays(),
  new CredentialInUse(),
  new NoEncryptionKey(),
]);
