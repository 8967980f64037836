import type { Fault } from './problem.dto.js';

export interface ProblemOptions {
  /** Whole seconds after which the same request may succeed; sent as `Retry-After`. */
  retryAfter?: number;
  /** Every fault of the input, in the order of its members. */
  errors?: Fault[];
  /** Further header fields of the answer. */
  headers?: Record<string, string>;
  /** What really happened. Logged, never shown. */
  cause?: unknown;
}

/**
 * A failure that the caller may see. Each kind is a class of its own, named after what is the case, and carries its HTTP
 * status, the slug of its page in the catalogue (`/problems/<slug>`) and that page's title. The message is public: it is
 * the `detail` of the answer (RFC 9457), so it names no table, file or secret.
 */
export abstract class Problem extends Error {
  static readonly status: number;
  static readonly slug: string;
  static readonly title: string;
  /** What programs know this kind by, where the status does not say enough. */
  static readonly code?: string;

  readonly retryAfter?: number;
  readonly errors: Fault[];
  readonly headers: Record<string, string>;

  constructor(detail: string, options: ProblemOptions = {}) {
    super(detail, { cause: options.cause });
    this.name = this.kind.name;
    this.retryAfter = options.retryAfter;
    this.errors = options.errors ?? [];
    this.headers = options.headers ?? {};
  }

  /** The class of this failure, for its status, slug and title. */
  get kind(): typeof Problem {
    return this.constructor as typeof Problem;
  }
}

/** What the page of a kind of problem says: when it happens, and what the caller can do. */
interface PageTexts {
  when: string;
  remedy: string;
}

/** A kind of problem, as the catalogue tells of it. */
export interface CataloguedProblem extends PageTexts {
  /** A problem of this kind, as one would meet it. */
  example: Problem;
}

/** @param texts by slug */
export function catalogued(texts: Record<string, PageTexts>, examples: Problem[]): CataloguedProblem[] {
  return examples.map((example) => ({ example, ...texts[example.kind.slug]! }));
}
