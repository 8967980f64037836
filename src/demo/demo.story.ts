import { v7 as uuidv7 } from 'uuid';
import type { Source } from '../feedback/feedback-entry.entity.js';
import { recordedNow, withTag } from '../feedback/stored-entry.js';
import { blankEntry, type Entry } from '../feedback/submission.js';
import { Answers, type Place, type Scene } from './demo.answers.js';
import type { Cast } from './demo.texts.js';
import { Dice } from './dice.js';

const day = 86_400_000;
const hour = 3_600_000;
/** How long the whole story is, in days. */
export const storyDays = 182;
/** Entries of a usual day in the beginning; towards the end there are half as many again. */
const usualDay = 165;

/** How much is said on each day, from Sunday to Saturday. */
const weekdays = [0.5, 1.15, 1.15, 1.05, 1, 0.95, 0.55];
/** How much is said in each hour of the respondent's clock. */
const hours = [1, 1, 0.5, 0.5, 0.5, 1, 2, 4, 7, 10, 11, 11, 9, 9, 10, 10, 9, 8, 8, 9, 9, 7, 4, 2];

const places: Place[] = [
  { language: 'en', weight: 40, offset: 0, hit: 0 },
  { language: 'de', weight: 19, offset: 1, hit: 0 },
  { language: 'es', weight: 14, offset: 1, hit: 0.8 },
  { language: 'fr', weight: 12, offset: 1, hit: 0 },
  { language: 'pt-BR', weight: 8, offset: -3, hit: 0 },
  { language: 'ja', weight: 6, offset: 9, hit: 0 },
  { language: 'it', weight: 0.3, offset: 1, hit: 0 },
];

/**
 * Half a year of feedback on the support of a shop, up to `now`: the same for the same `seed`, but for the ids of the
 * entries. Each is as its door would have stored it.
 * @param days how many of the last ones it tells of, at most {@link storyDays}
 */
export function tell(cast: Cast, now: Date, seed: number, days = storyDays): Entry[] {
  return new Story(cast, now.getTime(), new Dice(seed)).entries(days);
}

class Story {
  private readonly answers: Answers;

  constructor(
    private readonly cast: Cast,
    private readonly now: number,
    private readonly dice: Dice,
  ) {
    this.answers = new Answers(cast, now, dice);
  }

  entries(days: number): Entry[] {
    const scenes = Array.from({ length: days + 1 }, (_, index) => this.dayOf(days - index)).flat();
    const past = scenes.filter(({ at }) => at >= this.now - days * day && at < this.now - 60_000);
    return past.toSorted((a, b) => a.at - b.at).map((scene) => this.entry(scene));
  }

  private dayOf(daysAgo: number): Scene[] {
    const midnight = Math.floor(this.now / day) * day - daysAgo * day;
    const growth = 1 + (0.5 * (storyDays - daysAgo)) / storyDays;
    const usual = usualDay * growth * weekdays[new Date(midnight).getUTCDay()]!;
    const count = Math.round(usual * (0.9 + 0.2 * this.dice.roll()));
    return Array.from({ length: count }, () => this.scene(midnight));
  }

  private scene(midnight: number): Scene {
    const place = places[this.dice.weighted(places.map(({ weight }) => weight))]!;
    const local = midnight + this.dice.weighted(hours) * hour + this.dice.below(hour);
    // Few say much, many say something once.
    const respondent = `demo-${String(Math.floor(9_000 * this.dice.roll() ** 1.7)).padStart(4, '0')}`;
    return { at: local - place.offset * hour, place, respondent };
  }

  private entry(scene: Scene): Entry {
    const told = this.answers.to(scene);
    const id = uuidv7({ msecs: scene.at });
    const at = new Date(scene.at);
    const entry = {
      ...blankEntry,
      workspaceId: this.cast.workspaceId,
      id,
      externalId: externalIdOf(told.source, id, at),
      respondent: scene.respondent,
      ...told,
      occurredAt: at,
    };
    return recordedNow(withTag(entry), at);
  }
}

/** An external id as the door would have made it: a UUID, or one in the form of MongoDB's. */
function externalIdOf(source: Source, id: string, at: Date): string | null {
  if (source === 'message') return id;
  if (source !== 'survey') return null;
  return Math.floor(at.getTime() / 1_000).toString(16) + id.replaceAll('-', '').slice(-16);
}
