/** Attempts in flight in a process. */
const inProcess = 64;
/** Attempts in flight to an endpoint that answers within a second, and to another. */
const toEndpoint = { quick: 32, slow: 4 };
/** Milliseconds within which an endpoint answers that is quick. */
const quick = 1_000;

/** What is known of an endpoint: how many attempts are in flight, when the oldest began, how long the last one took. */
class Pace {
  readonly begun = new Set<number>();
  isQuick = false;

  constructor(readonly workspaceId: string) {}

  /** An endpoint is slow until it has answered, and while an answer is overdue. */
  isSlow(now: number): boolean {
    const [oldest] = this.begun;
    return !this.isQuick || (oldest !== undefined && now - oldest > quick);
  }
}

/**
 * How many attempts may be in flight. One workspace has at most three quarters of the places that the others leave, and its
 * slow endpoints together at most half of those: however many receivers do not answer, there are places for the rest.
 */
export class Places {
  private readonly paces = new Map<string, Pace>();

  /** Takes a place. @returns what gives it back, saying whether the endpoint has answered */
  take(workspaceId: string, endpointId: string): (answered: boolean) => void {
    const pace = this.paces.get(endpointId) ?? new Pace(workspaceId);
    this.paces.set(endpointId, pace);
    const began = unique(pace.begun, performance.now());
    pace.begun.add(began);
    return (answered) => {
      pace.begun.delete(began);
      pace.isQuick = answered && performance.now() - began < quick;
    };
  }

  /** How many more attempts may begin to each of these endpoints, those first that have waited longest for their turn. */
  free<E extends { workspaceId: string; id: string }>(endpoints: E[]): { endpoint: E; places: number }[] {
    const now = performance.now();
    const taken = new Map<string, { all: number; slow: number }>();
    let total = 0;
    const add = (workspaceId: string, count: number, isSlow: boolean): void => {
      const before = taken.get(workspaceId) ?? { all: 0, slow: 0 };
      taken.set(workspaceId, { all: before.all + count, slow: before.slow + (isSlow ? count : 0) });
      total += count;
    };
    for (const pace of this.paces.values()) add(pace.workspaceId, pace.begun.size, pace.isSlow(now));
    return endpoints.flatMap((endpoint) => {
      const pace = this.paces.get(endpoint.id);
      const isSlow = pace?.isSlow(now) ?? true;
      const own = taken.get(endpoint.workspaceId) ?? { all: 0, slow: 0 };
      const share = Math.ceil(((inProcess - (total - own.all)) * 3) / 4);
      const ofShare = isSlow ? Math.min(share - own.all, Math.floor(share / 2) - own.slow) : share - own.all;
      const ofEndpoint = (isSlow ? toEndpoint.slow : toEndpoint.quick) - (pace?.begun.size ?? 0);
      const places = Math.min(ofShare, ofEndpoint, inProcess - total);
      if (places <= 0) return [];
      add(endpoint.workspaceId, places, isSlow);
      return [{ endpoint, places }];
    });
  }

  /** Forgets endpoints that are not there any more. */
  keepOnly(isKnown: (endpointId: string) => boolean): void {
    for (const [id, pace] of this.paces) if (pace.begun.size === 0 && !isKnown(id)) this.paces.delete(id);
  }
}

/** The same time, moved on where it is taken already. */
function unique(times: Set<number>, time: number): number {
  return times.has(time) ? unique(times, time + 0.001) : time;
}
