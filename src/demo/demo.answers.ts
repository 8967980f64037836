import type { Reason } from '../feedback/feedback-entry.entity.js';
import type { Entry } from '../feedback/submission.js';
import { type Cast, questions, stars, texts, topics } from './demo.texts.js';
import type { Dice } from './dice.js';

const day = 86_400_000;
/** How many days before the end a release made things worse, and a fix came out. */
const release = { out: 75, fixed: 47 };

export interface Place {
  language: keyof typeof texts.sentences;
  weight: number;
  /** Hours by which its clock is ahead of UTC. */
  offset: number;
  /** How much more the release harms answers from here: 0.8 for 80 %, where the translation is bad as well. */
  hit: number;
}

/** That a respondent says something at some time. */
export interface Scene {
  at: number;
  place: Place;
  respondent: string;
}

/** The members of an entry that the answer decides. */
export type Told = Partial<Entry> & Pick<Entry, 'source' | 'instrument' | 'scale'>;

/** Makes up what people answer, and through which door. */
export class Answers {
  constructor(
    private readonly cast: Cast,
    private readonly now: number,
    private readonly dice: Dice,
  ) {}

  to(scene: Scene): Told {
    const doors = ['message', 'survey', 'conversation', 'question'] as const;
    return this[doors[this.dice.weighted([40, 30, 18, 12])]!](scene);
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
      properties: { version, page: this.dice.pick(texts.pages) },
      userProperties: { id: scene.respondent },
    };
  }

  private reason(pleased: boolean): Reason {
    return { label: this.dice.pick(texts.reasons[pleased ? 'praise' : 'blame']), details: '' };
  }

  private survey(scene: Scene): Told {
    const bot = this.dice.weighted([50, 30, 20]);
    const channel = ['web', 'mobile-app', 'whatsapp'][this.dice.weighted([55, 30, 15])]!;
    // The release was that of the order assistant; the others share some of it.
    const usual = channel === 'whatsapp' ? 0.75 : 0.82;
    const luck = this.dice.roll();
    const pleased = luck < this.chance(scene, usual, bot === 0 ? 1.2 : 0.3);
    // The thumbs are about something that the release did not touch.
    const scores = { csat: this.ofFive(pleased), nps: this.ofTen(pleased), thumb: luck < usual ? 1 : 0 };
    const scale = (['csat', 'nps', 'thumb'] as const)[this.dice.weighted([50, 30, 20])]!;
    const { name: instrument, prompt } = texts.surveys[scale];
    const asked = { channel, language: scene.place.language, bot: this.cast.bots[bot]!, instrument, prompt };
    return { source: 'survey', scale, score: scores[scale], ...asked };
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
    const { language } = scene.place;
    const channel = ['chat', 'email', 'sms'][this.dice.weighted([60, 32, 8])]!;
    const pleased = this.isPleased(scene, channel === 'email' ? 0.68 : 0.8, 0.6);
    const index = this.dice.weighted([50, 35, 15]);
    const prompt = questions[index]!.question;
    const common = { source: 'question', instrument: this.cast.questions[index]!, prompt, channel, language } as const;
    if (index === 2) return { ...common, scale: 'text', comment: this.dice.pick(texts.sentences[language].wish) };
    if (index === 1) return { ...common, scale: 'choice', options: this.topics(), choices: topics };
    const comment = this.comment(scene, pleased ? 'praise' : 'complaint', 0.12);
    return { ...common, scale: 'rating', score: this.ofFive(pleased), choices: stars, comment };
  }

  private topics(): string[] {
    const first = this.dice.weighted([38, 24, 18, 12, 8]);
    const second = this.dice.falls(0.2) ? this.dice.weighted([38, 24, 18, 12, 8]) : first;
    return [...new Set([first, second])].map((index) => topics[index]!.value);
  }

  /**
   * @param usual how likely it is on a usual day
   * @param exposure how much of the release's harm this answer takes, about 0–1
   */
  private isPleased(scene: Scene, usual: number, exposure: number): boolean {
    return this.dice.falls(this.chance(scene, usual, exposure));
  }

  private chance(scene: Scene, usual: number, exposure: number): number {
    const harm = this.harmAt(scene.at) * exposure * (1 + scene.place.hit);
    const thanks = this.isFixed(scene) ? 0.04 : 0;
    return Math.min(0.97, Math.max(0.05, usual + thanks - harm));
  }

  /** How much less likely people are pleased: 0.3 from the release until the fix, then falling within days. */
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

  private comment({ at, place }: Scene, tone: 'praise' | 'middling' | 'complaint', p: number): string | null {
    if (!this.dice.falls(p)) return null;
    const sentences = texts.sentences[place.language];
    const blames = tone === 'complaint' && this.dice.falls(2 * this.harmAt(at));
    const first = this.dice.pick(sentences[blames ? 'release' : tone]);
    if (tone !== 'complaint' || !this.dice.falls(0.3)) return first;
    return `${first}${place.language === 'ja' ? '' : ' '}${this.dice.pick(sentences.closing)}`;
  }

  private serial(): string {
    return this.dice
      .below(2 ** 32)
      .toString(16)
      .padStart(8, '0');
  }
}
