import type { CataloguedProblem, ProblemDoor } from '#libs/problem-details';

/** What a door says of itself to the rooms that put all doors together. */
export interface Door extends ProblemDoor {
  /** Whose clients it is for. */
  vendor: string;
  /** The name of the chapter that its operations are in. */
  chapter: string;
  /** The vendor writes paths with a slash at the end, and so does the document. The server takes them with and without. */
  endsInSlash?: boolean;
  /** Pages in a browser may call it, where `CORS_ORIGINS` names their origin: its prefixes, and what is directly below. */
  openToPages?: boolean;
  /** The kinds of problems that only this door has. */
  problems: CataloguedProblem[];
}
