import { v7 as uuidv7 } from 'uuid';
import type { Reason, Source } from '../feedback/feedback-entry.entity.js';
import { blankEntry, type Entry } from '../feedback/submission.js';
import { type Language, type Words, words } from './demo.words.js';
import { Dice } from './dice.js';

/** Whose feedback it is. */
export interface Cast {
  workspaceId: string;
  /** As many as {@link botNames}: the id of each. */
  bots: string[];
  /** As many as {@link questions}: the id of each. */
  questions: string[];
}

export const botNames = ['Order assistant', 'Returns assistant', 'Account assistant'];

const topics = ['Delivery', 'Return', 'Payment', 'Account', 'Something else'].map((label) => ({
  label,
  value: label.toLowerCase(),
}));
const stars = [1, 2, 3, 4, 5].map((value) => ({ label: String(value), value }));

export const questions = [
  { question: 'How easy was it to get help today?', type: 'rating', config: { rating_type: 'star', values: stars } },
  { question: 'What was it about?', type: 'multiple_checkbox', config: { values: topics } },
  { question: 'What could we do better?', type: 'text', config: { limit: 500, multiline: true } },
] as const;

const day = 86_400_000;
const hour = 3_600_000;
/** How long the whole story is, in days. */
export const storyDays = 182;
/** When a release made things worse, and when a fix came out: days before the end. */
const release = { out: 75, fixed: 47 };
/** Entries of a usual day in the beginning; towards the end there are half as many again. */
const usualDay = 165;

/** Sunday to Saturday. */
const weekdays = [0.5, 1.15, 1.15, 1.05, 1, 0.95, 0.55];
/** By the hour of the respondent's clock. */
const hours = [1, 1, 0.5, 0.5, 0.5, 1, 2, 4, 7, 10, 11, 11, 9, 9, 10, 10, 9, 8, 8, 9, 9, 7, 4, 2];

interface Place {
  language: Language;
  weight: number;
  /** Hours that its clock is ahead of UTC. */
  offset: number;
  /** How much more than elsewhere the release hurts: 0.8 for 80 %. The translation suffered too. */
  hit: number;
}

const places: Place[] = [
  { language: 'en', weight: 40, offset: 0, hit: 0 },
  { language: 'de', weight: 19, offset: 1, hit: 0 },
  { language: 'es', weight: 14, offset: 1, hit: 0.8 },
  { language: 'fr', weight: 12, offset: 1, hit: 0 },
  { language: 'pt-BR', weight: 8, offset: -3, hit: 0 },
  { language: 'ja', weight: 6, offset: 9, hit: 0 },
  { language: 'it', weight: 0.3, offset: 1, hit: 0 },
];

const praised: string[] = ['Accurate', 'Easy to follow', 'Fast', 'Complete'];
const blamed: string[] = ['Inaccurate', 'Did not answer', 'Outdated', 'Too long', 'Hard to follow'];
const pages = ['/help/delivery', '/help/returns', '/help/payment', '/account', '/orders'];

/** One who says something, and when. */
interface Scene {
  at: number;
  place: Place;
  respondent: string;
}

/** What a scene makes of an entry, beyond what all have. */
type Told = Partial<Entry> & Pick<Entry, 'source' | 'instrument' | 'scale'>;

/**
 * Half a year of feedback on the support of a shop, up to `now`: the same for the same `seed`, but for the ids of the
 * entries. Each is as its door would have stored it.
 * @param days how many of the last ones it tells of, at most {@link storyDays}
 */
export function tell(cast: Cast, now: Date, seed: number, days = storyDays): Entry[] {
  return new Story(cast, now.getTime(), new Dice(seed)).entries(days);
}

class Story {
  constructor(
    private readonly cast: Cast,
    private readonly now: number,
    private readonly dice: Dice,
  ) {}

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
    const door = (['message', 'survey', 'conversation', 'question'] as const)[this.dice.weighted([40, 30, 18, 12])]!;
    const told = this[door](scene);
    const id = uuidv7({ msecs: scene.at });
    const at = new Date(scene.at);
    return {
      ...blankEntry,
      workspaceId: this.cast.workspaceId,
      id,
      externalId: externalIdOf(told.source, id, at),
      respondent: scene.respondent,
      ...told,
      occurredAt: at,
      recordedAt: at,
      updatedAt: at,
    };
  }

  private message(scene: Scene): Told {
    const pleased = this.isPleased(scene, 0.8, 0.8);
    const isExplained = this.dice.falls(pleased ? 0.15 : 0.5);
    const comment = this.comment(scene, pleased ? 'praise' : 'complaint', pleased ? 0.06 : 0.2);
    const version = this.isReleased(scene) ? (this.isFixed(scene) ? '4.0.1' : '4.0.0') : '3.8.2';
    return {
      source: 'message',
      instrument: 'message',
      scale: 'thumb',
      score: pleased ? 1 : 0,
      message: `message-${this.serial()}`,
      version,
      reasons: isExplained ? [this.reason(pleased)] : null,
      comment,
      properties: { version, page: this.dice.pick(pages) },
      userProperties: { id: scene.respondent },
    };
  }

  private reason(pleased: boolean): Reason {
    return { label: this.dice.pick(pleased ? praised : blamed), details: '' };
  }

  private survey(scene: Scene): Told {
    const bot = this.dice.weighted([50, 30, 20]);
    const channel = ['web', 'mobile-app', 'whatsapp'][this.dice.weighted([55, 30, 15])]!;
    // The release was that of the order assistant; the others share some of it.
    const pleased = this.isPleased(scene, channel === 'whatsapp' ? 0.75 : 0.82, bot === 0 ? 1.2 : 0.3);
    const common = { source: 'survey', channel, language: scene.place.language, bot: this.cast.bots[bot]! } as const;
    const surveys: Omit<Told, 'source'>[] = [
      { instrument: 'After the chat', scale: 'csat', score: this.ofFive(pleased), prompt: 'How satisfied are you?' },
      { instrument: 'Recommendation', scale: 'nps', score: this.ofTen(pleased), prompt: 'Would you recommend us?' },
      { instrument: 'Helpful?', scale: 'thumb', score: pleased ? 1 : 0, prompt: 'Was this helpful?' },
    ];
    return { ...common, ...surveys[this.dice.weighted([50, 30, 20])]! };
  }

  private conversation(scene: Scene): Told {
    // One business has people answer, the other an assistant.
    const business = this.dice.falls(0.65) ? 0 : 1;
    const pleased = this.isPleased(scene, business === 0 ? 0.85 : 0.74, business === 0 ? 0.15 : 1);
    const score = this.ofFive(pleased);
    const tone = score === 3 ? 'middling' : pleased ? 'praise' : 'complaint';
    return {
      source: 'conversation',
      instrument: 'conversation',
      scale: 'rating',
      score,
      resolved: this.dice.falls(pleased ? 0.95 : 0.35),
      conversation: `conversation-${this.serial()}`,
      channel: ['101', '102'][business]!,
      language: scene.place.language,
      comment: this.comment(scene, tone, pleased ? 0.15 : 0.4),
    };
  }

  private question(scene: Scene): Told {
    const channel = ['chat', 'email', 'sms'][this.dice.weighted([60, 32, 8])]!;
    const pleased = this.isPleased(scene, channel === 'email' ? 0.68 : 0.8, 0.6);
    const index = this.dice.weighted([50, 35, 15]);
    const { question } = questions[index]!;
    const common = {
      source: 'question',
      instrument: this.cast.questions[index]!,
      prompt: question,
      channel,
      language: scene.place.language,
    } as const;
    if (index === 2) return { ...common, scale: 'text', comment: this.dice.pick(this.wordsOf(scene).wish) };
    if (index === 1) return { ...common, scale: 'choice', options: this.topics(), choices: topics };
    const comment = this.comment(scene, pleased ? 'praise' : 'complaint', 0.12);
    return { ...common, scale: 'rating', score: this.ofFive(pleased), choices: stars, comment };
  }

  private topics(): string[] {
    const first = this.dice.weighted([38, 24, 18, 12, 8]);
    const second = this.dice.falls(0.2) ? this.dice.weighted([38, 24, 18, 12, 8]) : first;
    return [...new Set([first, second])].map((index) => topics[index]!.value);
  }

  /** @param usual how likely it is on a usual day. @param exposure how much of the release one had to do with, about 0–1 */
  private isPleased(scene: Scene, usual: number, exposure: number): boolean {
    const harm = this.harmAt(scene.at) * exposure * (1 + scene.place.hit);
    const thanks = this.isFixed(scene) ? 0.04 : 0;
    return this.dice.falls(Math.min(0.97, Math.max(0.05, usual + thanks - harm)));
  }

  /** It begins with the release, and after the fix it is forgotten within days. */
  private harmAt(at: number): number {
    const daysAgo = (this.now - at) / day;
    if (daysAgo > release.out) return 0;
    return daysAgo > release.fixed ? 0.3 : 0.3 * Math.exp((daysAgo - release.fixed) / 4);
  }

  private isReleased({ at }: Scene): boolean {
    return at >= this.now - release.out * day;
  }

  private isFixed({ at }: Scene): boolean {
    return at >= this.now - release.fixed * day;
  }

  private ofFive(pleased: boolean): number {
    return pleased ? [4, 5][this.dice.weighted([35, 65])]! : [1, 2, 3][this.dice.weighted([40, 25, 35])]!;
  }

  private ofTen(pleased: boolean): number {
    const scores = pleased ? [7, 8, 9, 10] : [0, 1, 2, 3, 4, 5, 6];
    return scores[this.dice.weighted(pleased ? [12, 20, 26, 42] : [14, 5, 8, 10, 12, 26, 25])]!;
  }

  private comment(scene: Scene, tone: 'praise' | 'middling' | 'complaint', p: number): string | null {
    if (!this.dice.falls(p)) return null;
    const own = this.wordsOf(scene);
    const blames = tone === 'complaint' && this.dice.falls(2 * this.harmAt(scene.at));
    const first = this.dice.pick(own[blames ? 'release' : tone]);
    if (tone !== 'complaint' || !this.dice.falls(0.3)) return first;
    return `${first}${scene.place.language === 'ja' ? '' : ' '}${this.dice.pick(own.closing)}`;
  }

  private wordsOf({ place }: Scene): Words {
    return words[place.language];
  }

  private serial(): string {
    return this.dice
      .below(2 ** 32)
      .toString(16)
      .padStart(8, '0');
  }
}

/** In the form of the door: an id of ours, or as MongoDB makes them. */
function externalIdOf(source: Source, id: string, at: Date): string | null {
  if (source === 'message') return id;
  if (source !== 'survey') return null;
  return Math.floor(at.getTime() / 1_000).toString(16) + id.replaceAll('-', '').slice(-16);
}
