import { Must, Strict } from '#libs/validation';
import { type Source, sources } from '../feedback/feedback-entry.entity.js';
import { type Scale, scales } from '../feedback/scale.js';
import { SubmitFeedback } from './submit.dto.js';

/** What each door has been able to store: earlier data comes home as its own. */
const doors: Record<Source, { scales: readonly Scale[]; instrument?: string }> = {
  message: { scales: ['thumb'], instrument: 'message' },
  survey: { scales: ['thumb', 'nps', 'csat'] },
  conversation: { scales: ['rating'], instrument: 'conversation' },
  question: { scales: scales.filter((scale) => scale !== 'csat' && scale !== 'ces') },
  native: { scales },
};

/** What the door asks of its lines. */
function FittingDoor(): PropertyDecorator {
  const doorOf = (value: unknown) => doors[value as Source] as (typeof doors)[Source] | undefined;
  const wanted = (value: unknown): string => {
    const door = doorOf(value);
    if (!door) return `be ${sources.slice(0, -1).join(', ')} or ${sources.at(-1)}`;
    const instrument = door.instrument ? ` and the instrument ${door.instrument}` : '';
    return `go with the scale ${door.scales.join(' or ')}${instrument}`;
  };
  const holds = (value: unknown, dto: object): boolean => {
    const door = doorOf(value);
    const { scale, instrument } = dto as BatchLine;
    return (
      value == null ||
      (door !== undefined && door.scales.includes(scale) && (door.instrument ?? instrument) === instrument)
    );
  };
  return Must(wanted, holds, { enum: [...sources] });
}

/** A line of a batch. */
@Strict()
export class BatchLine extends SubmitFeedback {
  /** The door that it came through where it was collected. Default `native`; another one needs the scope `admin`. */
  @FittingDoor()
  source?: Source | null;
}
