import type {
  Breakdown,
  CommentPage,
  FeedbackPage,
  Instruments,
  ReleasePage,
  Sides,
  Summary,
  Timeline,
  WatchPage,
  Workspace,
} from '../../../dist/openapi/types.gen.js';

export type {
  Band,
  Bands,
  Breakdown,
  ChangedBand,
  ChangedOption,
  Comment,
  Comparison,
  ConfidenceInterval,
  Entry,
  Group,
  Instrument,
  Interval,
  Metric,
  PeriodScore,
  Range,
  Release,
  Scale,
  Sides,
  Source,
  State,
  Summary,
  Timeline,
  Watch,
} from '../../../dist/openapi/types.gen.js';

/** The answer of each path of /v1 that the page asks. `npm run page:types` makes these types of the OpenAPI document. */
export interface Answers {
  'analytics/instruments': Instruments;
  'analytics/summary': Summary;
  'analytics/timeline': Timeline;
  'analytics/breakdown': Breakdown;
  'analytics/comparison': Sides;
  'analytics/text': CommentPage;
  releases: ReleasePage;
  watches: WatchPage;
  feedback: FeedbackPage;
  workspace: Workspace;
}

/** Members without a value are left out. */
export type Query = Record<string, string | null | undefined>;

/** Why there is no answer, in a sentence for the reader. */
export class Failure extends Error {
  constructor(
    readonly kind: 'key' | 'scope' | 'busy' | 'gone' | 'refused',
    sentence: string,
  ) {
    super(sentence);
  }
}

/** Milliseconds after which an answer is not waited for any longer. */
const requestTimeout = 30_000;

/** The API of the server that the page came from, as the holder of a key sees it. */
export class Api {
  /** How far the server's clock is ahead of this one, in milliseconds. */
  private ahead = 0;

  constructor(readonly key: string) {}

  /** The server's time, to a second; this browser's until it has answered once. */
  now(): number {
    return Date.now() + this.ahead;
  }

  /** @throws Failure; or an AbortError if the signal is raised */
  async get<P extends keyof Answers>(path: P, query: Query, signal: AbortSignal): Promise<Answers[P]> {
    const timeout = AbortSignal.timeout(requestTimeout);
    try {
      const response = await this.fetch(path, query, AbortSignal.any([signal, timeout]));
      return (await response.json()) as Answers[P];
    } catch (error) {
      if (timeout.aborted && !signal.aborted) throw new Failure('gone', 'The server has not answered for 30 seconds.');
      throw signal.aborted || error instanceof Failure ? error : unreachable();
    }
  }

  /** The whole answer, however long it takes. `progress` is told how many bytes have arrived. */
  async download(path: string, query: Query, signal: AbortSignal, progress: (bytes: number) => void): Promise<Blob> {
    try {
      const response = await this.fetch(path, query, signal);
      const parts: BlobPart[] = [];
      let size = 0;
      for (const reader = response.body!.getReader(); ;) {
        const { done, value } = await reader.read();
        if (done) return new Blob(parts, { type: response.headers.get('content-type')! });
        parts.push(value);
        progress((size += value.length));
      }
    } catch (error) {
      if (signal.aborted || error instanceof Failure) throw error;
      throw new Failure('gone', 'The connection broke before the file was complete. Nothing was saved.');
    }
  }

  private async fetch(path: string, query: Query, signal: AbortSignal): Promise<Response> {
    const parameters = Object.entries(query).filter(([, value]) => value != null) as [string, string][];
    const response = await fetch(`../v1/${path}?${new URLSearchParams(parameters)}`, {
      headers: { authorization: `Bearer ${this.key}` },
      cache: 'no-store',
      signal,
    }).catch((error: unknown) => {
      throw signal.aborted ? error : unreachable();
    });
    const date = Date.parse(response.headers.get('date') ?? '');
    if (!Number.isNaN(date)) this.ahead = date - Date.now();
    if (!response.ok) throw await failureIn(response, path);
    return response;
  }
}

function unreachable(): Failure {
  return new Failure('gone', 'The server cannot be reached.');
}

async function failureIn(response: Response, path: string): Promise<Failure> {
  const wait = Number(response.headers.get('retry-after') ?? 0);
  const again = wait > 0 ? ` Try again in ${wait} ${wait === 1 ? 'second' : 'seconds'}.` : '';
  switch (response.status) {
    case 400:
    case 401:
      return new Failure('key', 'This key is not valid here: it is mistyped, expired or revoked.');
    case 403: {
      const scope = path.startsWith('analytics/') ? 'analytics:read' : 'feedback:read';
      return new Failure(
        'scope',
        `This key may not read this: it lacks the scope ${scope}. It takes a key that has it.`,
      );
    }
    case 429:
      return new Failure('busy', `This key has made too many requests.${again}`);
    case 503:
      return new Failure('gone', `The server is there, but cannot answer right now.${again}`);
    default: {
      const { detail } = (await response.json().catch(() => ({}))) as { detail?: string };
      const id = response.headers.get('x-request-id');
      return new Failure('refused', `The server answered with ${response.status}: ${detail ?? 'no reason'} (${id}).`);
    }
  }
}
