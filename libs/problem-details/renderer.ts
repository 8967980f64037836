import { STATUS_CODES } from 'node:http';
import { basePathOf } from '#libs/base-path';
import type { FastifyRequest } from 'fastify';
import type { Problem } from './problem.js';
import { ProblemDto } from './problem.dto.js';

/** What a renderer may know of the request besides the problem. */
export interface FailedRequest {
  /** The path as the caller sees it, without the query. */
  path: string;
  /** What the caller sees before the server's own paths. */
  basePath: string;
  requestId: string;
}

export function failedRequest(request: FastifyRequest): FailedRequest {
  const basePath = basePathOf(request);
  return { basePath, path: basePath + pathIn(request.url), requestId: request.id };
}

/** An error answer, ready to send. `Retry-After` and the problem's own header fields are added by the filter. */
export interface RenderedProblem {
  status: number;
  contentType: string;
  /** Header fields that this door adds, or that it says otherwise than the problem does. */
  headers?: Record<string, string>;
  body: object;
}

/** Makes the error answers of a door. It is chosen by the path, so that errors before routing have the door's shape too. */
export type ProblemRenderer = (problem: Problem, request: FailedRequest) => RenderedProblem;

/** The paths of one door, and how it says that something failed. */
export interface ProblemDoor {
  /** `/v1.0/` stands for every path that begins with it; of the prefixes of all doors the longest wins. */
  prefixes: string[];
  render: ProblemRenderer;
  /** The class of the bodies that `render` makes, for the OpenAPI document. */
  body: new () => object;
  /** Problems that this door words differently. The document shows them instead of the usual ones of their kind. */
  samples?: Problem[];
}

/** Phrase and code by status. The phrases are RFC 9110's, the code is the phrase in snake case. */
const phrases: Record<number, string | undefined> = { ...STATUS_CODES, 413: 'Content Too Large' };

/** `application/problem+json` (RFC 9457), with the `error` object that older clients read. */
const renderProblemJson: ProblemRenderer = (problem, request) => {
  const { status, slug } = problem.kind;
  const title = phrases[status] ?? 'Error';
  const code = problem.kind.code ?? title.toLowerCase().replaceAll(' ', '_');
  return {
    status,
    contentType: 'application/problem+json',
    body: {
      type: `${request.basePath}/problems/${slug}`,
      title,
      status,
      detail: problem.message,
      instance: request.path,
      requestId: request.requestId,
      code,
      error: { code, message: problem.message },
      ...(problem.errors.length > 0 && { errors: problem.errors }),
    } satisfies ProblemDto,
  };
};

/** Where no other door is: problem+json. */
export const problemJson: ProblemDoor = { prefixes: ['/'], render: renderProblemJson, body: ProblemDto };

/** The door of an address: the one with the longest prefix of its path, else {@link problemJson}. */
export function doorFor(doors: ProblemDoor[], url: string): ProblemDoor {
  const spelled = decoded(pathIn(url));
  const matching = doors.flatMap((door) =>
    door.prefixes.filter((prefix) => spelled.startsWith(prefix)).map((prefix) => ({ door, length: prefix.length })),
  );
  matching.sort((a, b) => b.length - a.length);
  return matching[0]?.door ?? problemJson;
}

/** The path as the router decodes it, so that every spelling that reaches a door's routes gets the door's errors. */
function decoded(path: string): string {
  try {
    return decodeURI(path);
  } catch {
    return path;
  }
}

function pathIn(url: string): string {
  return url.split('?', 1)[0]!;
}
