/** Whether the server should be sent requests, and what keeps it from answering them. */
export class ReadinessDto {
  status: 'ready' | 'not ready';
  database: 'up' | 'down';
  /** `refused` since PostgreSQL found no room on its disk, until there is some again: what writes is answered 503. */
  storage: 'written' | 'refused';
  /** `refused` for a second after a body found no room in memory: what writes is answered 503. */
  bodies: 'taken' | 'refused';
  /** `refused` for a second after a long answer found no room in memory: what reads much is answered 503. */
  answers: 'given' | 'refused';
  /** Whether it is stopping: it answers what was sent and takes nothing more. */
  draining: boolean;
}

/** The process runs. */
export class LivenessDto {
  status: 'alive';
}
