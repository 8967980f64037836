import { InvalidInput, ServiceUnavailable } from '#libs/problem-details';
import { describe, expect, it } from '@jest/globals';
import { codeOf, databaseProblem, type FailureKind, failureKind, UnknownOutcome } from './failure.js';

const withCode = (code: string): Error => Object.assign(new Error('of the database'), { code });

describe('a failure of the database', () => {
  it.each<[FailureKind, string[]]>([
    ['conflict', ['40001', '40P01']],
    ['unavailable', ['08000', '08006', '08P01', '25006', '53100', '53200', '53300', '55000', '55P03']],
    ['unavailable', ['57014', '57P01', '57P02', '57P03', '57P05', '58030', '58P01']],
    ['data', ['22001', '22003', '22021', '22P02', '22P05', '23502', '23503', '23505', '23514']],
    ['bug', ['0A000', '25P02', '26000', '42601', '42703', '42P01', '42501', '54001', 'P0001', 'XX000', '40002']],
  ])('is %s: %j', (kind, codes) => {
    expect(codes.map((code) => [code, failureKind(withCode(code))])).toEqual(codes.map((code) => [code, kind]));
  });

  it.each(['ECONNREFUSED', 'ECONNRESET', 'EPIPE', 'ETIMEDOUT', 'EHOSTUNREACH', 'EAI_AGAIN', 'ENOENT'])(
    'is unavailable where the network says %s',
    (code) => expect(failureKind(withCode(code))).toBe('unavailable'),
  );

  it.each([
    'Connection terminated unexpectedly',
    'Connection terminated due to connection timeout',
    'timeout exceeded when trying to connect',
    'Query read timeout',
    'Client has encountered a connection error and is not queryable',
    'Client was closed and is not queryable',
    'Cannot use a pool after calling end on the pool',
  ])('is unavailable where the driver says "%s"', (message) =>
    expect(failureKind(new Error(message))).toBe('unavailable'),
  );

  it('is none where a file is not there, and one where the socket of a database is not', () => {
    const missing = (syscall: string) => Object.assign(withCode('ENOENT'), { syscall });
    expect(['open', 'rename', 'connect'].map((syscall) => failureKind(missing(syscall)))).toEqual([
      'bug',
      'bug',
      'unavailable',
    ]);
    expect(failureKind(new Error("ENOENT: no such file or directory, open 'a'"))).toBe('bug');
  });

  it.each([new TypeError('x is not a function'), 'ECONNRESET', undefined, null, { code: 42 }])(
    'is none: %p is a bug',
    (error) => expect([failureKind(error), databaseProblem(error)]).toEqual(['bug', undefined]),
  );

  it('has the code that it came with, or none', () => {
    expect([withCode('40001'), new Error('x'), null, { code: 5 }].map(codeOf)).toEqual(['40001', '', '', '']);
  });
});

describe('the caller', () => {
  it.each(['40001', '57014', '53300', 'ECONNREFUSED'])('is told 503 of %s, and the cause is kept', (code) => {
    const error = withCode(code);
    const problem = databaseProblem(error);
    expect(problem).toBeInstanceOf(ServiceUnavailable);
    expect(problem!.cause).toBe(error);
  });

  it('is told 503 where it is not known what became of the transaction', () => {
    const problem = databaseProblem(new UnknownOutcome('4711'));
    expect(problem).toBeInstanceOf(ServiceUnavailable);
    expect(problem!.message).toBe('it is not known whether this was stored, please ask again');
  });

  it('is told that its input cannot be stored where a value is the reason', () => {
    expect(databaseProblem(withCode('22003'))).toBeInstanceOf(InvalidInput);
  });

  it.each(['23505', '42P01', 'XX000'])('is told nothing of %s, which is ours to mend', (code) =>
    expect(databaseProblem(withCode(code))).toBeUndefined(),
  );
});
