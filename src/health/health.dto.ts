/** Whether the server should be sent requests, and what keeps it from answering them. */
export class ReadinessDto {
  status: 'ready' | 'not ready';
  database: 'up' | 'down';
  draining: boolean;
}

export class LivenessDto {
  status: 'alive';
}
