import { ApiProperty } from '@nestjs/swagger';

/** One fault of the input. */
export class Fault {
  /** A JSON pointer to the member (RFC 6901); empty for the whole. */
  pointer: string;
  /** What is wanted there. */
  detail: string;
}

/** The problem in the format that older clients read. */
export class ProblemErrorDto {
  /** The same as the problem’s. */
  code: string;
  /** The same as `detail`. */
  message: string;
}

/** What failed, as RFC 9457 has it. Ours: `type` and `errors`. */
export class ProblemDto {
  /** The page of this kind of problem: `/problems/…`. */
  @ApiProperty({ format: 'uri-reference' })
  type: string;
  /** The phrase of the status. */
  title: string;
  /** The status of the answer. */
  @ApiProperty({ type: 'integer', minimum: 400, maximum: 599 })
  status: number;
  /** What is wrong with this request. */
  detail: string;
  /** The path, without the query. */
  instance: string;
  /** The same as `X-Request-Id`. */
  requestId: string;
  /** The title in snake case, or what this kind of problem is known by. */
  code: string;
  error: ProblemErrorDto;
  /** Every fault of the input; only where it is not valid. */
  errors?: Fault[];
}
