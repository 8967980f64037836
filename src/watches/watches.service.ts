import type { Principal } from '#libs/access';
import { newUuid } from '#libs/ids';
import { behind, newestFirst, positionOf, type Transaction, Transactions } from '#libs/persistence';
import { InvalidInput, NotFound } from '#libs/problem-details';
import { canonicalLanguage } from '#libs/text';
import { pageOf, positionIn, timedPositionIn, WrongCursor } from '#libs/validation';
import { EntityManager, LockMode } from '@mikro-orm/postgresql';
import { Injectable } from '@nestjs/common';
import { sql } from 'kysely';
import { validate as isUuid } from 'uuid';
import { type Metric, metricsOf } from '../analytics/metric.js';
import { Reading } from '../analytics/reading.js';
import { type CountFilter, notCountedTogether, ScoreReader } from '../counting/reader.js';
import { momentOf } from '../feedback/moment.js';
import type { Source } from '../feedback/feedback-entry.entity.js';
import type { Scale } from '../feedback/scale.js';
import { locks } from '../locks.js';
import { stepFrom } from './steps.js';
import { followingFrom, waitingFor, Watch } from './watch.entity.js';
import { type HistoryItem, settled } from './watch.look.js';
import { remember } from './watch.looks.js';
import { WatchListeners } from './watch.listeners.js';
import { type ChangeWatch, type CreateWatch, raisedDto, toWatchDto, type WatchDto } from './watches.dto.js';
import type {
  WatchesQuery,
  WatchHistoryItemDto,
  WatchHistoryPage,
  WatchHistoryQuery,
  WatchPage,
} from './watches.dto.js';
import { mostWatches, TooManyWatches, WatchNotRaised } from './watches.problems.js';
import { weekdaysOf } from './weekdays.js';

/** Milliseconds that a watch may begin ago. */
const farthest = 3_653 * 86_400_000;

type Question = Pick<Watch, 'source' | 'instrument' | 'scale' | 'metric' | 'filters' | 'target' | 'direction'>;

/** The watches of a workspace. A watch that was deleted says nothing more; what it said can still be read. */
@Injectable()
export class WatchesService {
  constructor(
    private readonly em: EntityManager,
    private readonly transactions: Transactions,
    private readonly counts: ScoreReader,
    private readonly listeners: WatchListeners,
  ) {}

  /** @throws TooManyWatches, InvalidInput */
  async create({ workspaceId }: Principal, wanted: CreateWatch): Promise<WatchDto> {
    const question = await this.questionOf(workspaceId, wanted);
    const { name, kind } = wanted;
    const [step, tz] = [wanted.step ?? 'day', wanted.tz ?? 'UTC'];
    return this.transactions.run(async ({ em, db, now }) => {
      await locks.watches(workspaceId).take(db);
      if ((await em.count(Watch, { workspaceId, endedAt: null })) >= mostWatches) throw new TooManyWatches();
      const from = wanted.from == null ? now : momentOf(wanted.from, tz);
      if (from > now) throw invalid('from', 'from must not be in the future');
      if (now.getTime() - from.getTime() > farthest) throw invalid('from', 'from must be at most ten years ago');
      const first = stepFrom(from, step, tz);
      const about = { workspaceId, ...question, tz };
      const weekdays = step === 'day' ? await this.weekdays(about, now) : null;
      const times = { beginsAt: first.from, ...waitingFor(first), createdAt: now, updatedAt: now, endedAt: null };
      const quiet = { state: 'quiet', raised: null, items: 0, vigil: followingFrom(first.from), weekdays } as const;
      return toWatchDto(em.create(Watch, { id: newUuid(), name, kind, step, ...about, ...quiet, ...times }));
    });
  }

  private weekdays(watch: Question & Pick<Watch, 'workspaceId' | 'tz'>, now: Date): Promise<Watch['weekdays']> {
    const { source, instrument, scale, filters } = watch;
    const filter: CountFilter = { source, instrument, scale, ...filters };
    // Of these together there is no count.
    return notCountedTogether(filter).length > 0 ? Promise.resolve(null) : weekdaysOf(this.counts, watch, filter, now);
  }

  /** What is asked, as far as the request says it and there is only one thing that it can mean. */
  private async questionOf(workspaceId: string, wanted: CreateWatch): Promise<Question> {
    const { instrument, kind } = wanted;
    const { source, scale } = await this.instrumentOf(workspaceId, wanted);
    const possible: Metric[] = metricsOf(scale, source).filter((one) => one !== 'options');
    const metric = wanted.metric ?? possible[0];
    if (metric === undefined) throw invalid('scale', `scale ${scale} has no score that can be watched`);
    if (!possible.includes(metric)) throw invalid('metric', `metric must be one of ${possible.join(', ')} here`);
    const target = wanted.target ?? null;
    if (kind === 'change' && target !== null) throw invalid('target', 'target is for the kind target');
    if (kind === 'change' && wanted.direction != null) throw invalid('direction', 'direction is for the kind target');
    const range = new Reading(scale, metric, 'standard', 1).range!;
    if (kind === 'target' && (target === null || target < range.low || target > range.high))
      throw invalid('target', `target must be from ${range.low} to ${range.high}`);
    const direction = kind === 'target' ? (wanted.direction ?? 'below') : null;
    return { source, instrument, scale, metric, filters: filtersOf(wanted), target, direction };
  }

  private async instrumentOf(
    workspaceId: string,
    { instrument, source, scale }: CreateWatch,
  ): Promise<{ source: Source; scale: Scale }> {
    const asked = { instrument, source: source ?? undefined, scale: scale ?? undefined };
    const found = await this.counts.instruments(workspaceId, asked);
    const known = <T extends string>(member: 'source' | 'scale', given: T | undefined): T => {
      const names = [...new Set(found.map((one) => one[member]))] as T[];
      if (given ?? names.length === 1) return given ?? names[0]!;
      const choice =
        names.length === 0
          ? 'is needed: nothing of that instrument has been answered'
          : `must be one of ${names.join(', ')}`;
      throw invalid(member, `${member} ${choice}`);
    };
    return { source: known('source', asked.source), scale: known('scale', asked.scale) };
  }

  async list({ workspaceId }: Principal, { limit, cursor, state }: WatchesQuery): Promise<WatchPage> {
    const position = timedPositionIn('watches', cursor, isUuid);
    const where = { $and: [{ workspaceId, endedAt: null }, behind(position), state ? { state } : {}] };
    const options = { orderBy: newestFirst, limit: limit + 1, exclude: ['vigil'] } as const;
    const rows = await this.em.fork().find(Watch, where, options);
    return pageOf('watches', rows.map(toWatchDto), limit, positionOf);
  }

  /** @throws NotFound */
  async get({ workspaceId }: Principal, id: string): Promise<WatchDto> {
    return toWatchDto(await found(this.em.fork(), workspaceId, id));
  }

  /** @throws NotFound, WatchNotRaised */
  change({ workspaceId }: Principal, id: string, { name, state }: ChangeWatch): Promise<WatchDto> {
    return this.transactions.run(async (transaction) => {
      const watch = await found(transaction.em, workspaceId, id, LockMode.PESSIMISTIC_WRITE);
      watch.name = name ?? watch.name;
      watch.updatedAt = transaction.now;
      if (state) await this.settle(transaction, watch);
      return toWatchDto(watch);
    });
  }

  private async settle(transaction: Transaction, watch: Watch): Promise<void> {
    if (watch.state !== 'raised') throw new WatchNotRaised();
    watch.state = 'settled';
    watch.vigil = settled(watch, watch.vigil, watch.nextFrom);
    watch.items++;
    const { workspaceId, raised } = watch;
    const nothing = { step: null, n: 0, estimate: null, late: 0, repeated: 0, followed: null } as const;
    const item: HistoryItem = { ...nothing, state: 'settled', event: 'settled', raised };
    await remember(transaction, [{ watch, item }]);
    await this.listeners.tell(transaction, {
      workspaceId,
      type: 'watch.settled',
      data: { ...toWatchDto(watch), item },
    });
  }

  /** @throws NotFound */
  async remove({ workspaceId }: Principal, id: string): Promise<void> {
    await this.transactions.run(async ({ em, now }) => {
      const watch = await found(em, workspaceId, id, LockMode.PESSIMISTIC_WRITE);
      watch.endedAt = now;
      watch.vigil = followingFrom(now);
    });
  }

  /** @throws NotFound */
  async history({ workspaceId }: Principal, id: string, query: WatchHistoryQuery): Promise<WatchHistoryPage> {
    const em = this.em.fork();
    if (!isUuid(id) || (await em.count(Watch, { workspaceId, id })) === 0) throw new NotFound('there is no such watch');
    const list = `watch history ${id}`;
    const [text] = positionIn(list, query.cursor, 1) ?? ['2147483647'];
    if (!/^\d{1,10}$/.test(text!)) throw new WrongCursor();
    const { rows } = await sql<{ number: number; at: string; item: HistoryItem }>`
      select number, at, item from watch_history
      where workspace_id = ${workspaceId} and watch_id = ${id} and number < ${Number(text)}
      order by number desc limit ${query.limit + 1}`.execute(em.getKysely());
    return pageOf(list, rows.map(toItemDto), query.limit, ({ number }) => [String(number)]);
  }
}

/** The language by its canonical tag, by which entries are found. */
function filtersOf({ filters }: CreateWatch): Watch['filters'] {
  const { channel, language, bot, version } = filters ?? {};
  const all = { channel, language: language ? canonicalLanguage(language) : language, bot, version };
  return Object.fromEntries(Object.entries(all).filter(([, value]) => value != null));
}

async function found(em: EntityManager, workspaceId: string, id: string, lockMode?: LockMode): Promise<Watch> {
  const where = { workspaceId, id, endedAt: null };
  const watch = isUuid(id) ? await em.findOne(Watch, where, { lockMode }) : null;
  if (!watch) throw new NotFound('there is no such watch');
  return watch;
}

function toItemDto({ number, at, item }: { number: number; at: string; item: HistoryItem }): WatchHistoryItemDto {
  const { step, followed, raised, ...said } = item;
  return {
    number,
    at: new Date(at),
    ...said,
    step: step && { from: new Date(step.from), to: new Date(step.to) },
    followed: followed && { ...followed, since: new Date(followed.since) },
    raised: raised && raisedDto(raised),
  };
}

function invalid(member: string, detail: string): InvalidInput {
  return new InvalidInput([{ pointer: `/${member}`, detail }]);
}
