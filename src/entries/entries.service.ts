import { Readable } from 'node:stream';
import type { Principal } from '#libs/access';
import { FairShare } from '#libs/fair-share';
import { NotFound, ServiceUnavailable } from '#libs/problem-details';
import { Injectable, Logger } from '@nestjs/common';
import { validate as isUuid } from 'uuid';
import { type EntryFilter, FeedbackReader, type Stretch, textMembers } from '../feedback/feedback.reader.js';
import { FeedbackReviewer } from '../feedback/feedback.reviewer.js';
import { FeedbackRemover } from '../feedback/feedback.remover.js';
import { momentOf } from '../feedback/moment.js';
import { respondentNamed } from '../feedback/respondent.js';
import { type EntryDto, shownMembers } from './entry.dto.js';
import { formats } from './export.format.js';
import type { ExportQuery, FeedbackFilters, FeedbackPage, FeedbackQuery, ReviewFeedback } from './entries.dto.js';

/** Entries that an export reads at a time. */
const exportPage = 500;
/** Exports that are open at the same time, each of which holds a page. */
const exportsAtOnce = 16;

/** Reads what came through any door, in one vocabulary. */
@Injectable()
export class EntriesService {
  private readonly logger = new Logger(EntriesService.name);
  private readonly openExports = new FairShare(exportsAtOnce);
  /** Milliseconds for which an export waits for a client that takes nothing. */
  clientTimeout = 120_000;

  constructor(
    private readonly entries: FeedbackReader,
    private readonly remover: FeedbackRemover,
    private readonly reviewer: FeedbackReviewer,
  ) {}

  list({ workspaceId }: Principal, query: FeedbackQuery): Promise<FeedbackPage> {
    return this.entries.page('feedback', workspaceId, shownMembers, filterOf(query), query);
  }

  async get({ workspaceId }: Principal, id: string): Promise<EntryDto> {
    const entry = isUuid(id) ? await this.entries.get(workspaceId, shownMembers, id) : null;
    if (!entry) throw new NotFound('no such feedback');
    return entry;
  }

  async review(caller: Principal, id: string, review: ReviewFeedback): Promise<EntryDto> {
    const { workspaceId, credentialId } = caller;
    const isThere = isUuid(id) && (await this.reviewer.review(workspaceId, id, review, credentialId));
    if (!isThere) throw new NotFound('no such feedback');
    return this.get(caller, id);
  }

  async remove({ workspaceId }: Principal, id: string): Promise<void> {
    const removed = isUuid(id) && (await this.remover.remove(workspaceId, { id }));
    if (!removed) throw new NotFound('no such feedback');
  }

  /**
   * Every entry that fits and is recorded by now, newest first, in memory of constant size. Each page is read when
   * the client has taken the one before, by a statement of its own: an entry that is there all the time is in it
   * exactly once; one that is deleted, or given another `countedAt`, while it runs may be missing.
   * @throws ServiceUnavailable where too many are open
   */
  async export({ workspaceId }: Principal, query: ExportQuery): Promise<Readable> {
    if (!this.openExports.take(1, [workspaceId])) throw new ServiceUnavailable('too many exports at once');
    try {
      const filter = { ...filterOf(query), recordedUntil: await this.entries.now() };
      const wanted = { workspaceId, members: shownMembers, filter, limit: exportPage };
      const first = await this.entries.forFile(wanted);
      const leaving = new AbortController();
      const clientTimer = setTimeout(() => leaving.abort(), this.clientTimeout);
      const texts = this.texts(wanted, first, query.format, clientTimer);
      // It closes when the client has taken the last of it, or has gone.
      return Readable.from(texts, { objectMode: false, signal: leaving.signal }).once('close', () => {
        clearTimeout(clientTimer);
        this.openExports.give(1, [workspaceId]);
      });
    } catch (error) {
      this.openExports.give(1, [workspaceId]);
      throw error;
    }
  }

  private async *texts(
    wanted: Parameters<FeedbackReader['forFile']>[0],
    first: Stretch<keyof EntryDto>,
    format: ExportQuery['format'],
    clientTimer: NodeJS.Timeout,
  ): AsyncGenerator<string> {
    const { header, line } = formats[format];
    try {
      yield header;
      for (let page = first; page.entries.length > 0;) {
        yield page.entries.map(line).join('');
        if (!page.hasNext) return;
        const { countedAt: at, id } = page.entries.at(-1)!;
        page = await this.entries.forFile({ ...wanted, after: { at, id } });
        clientTimer.refresh();
      }
    } catch (error) {
      // The status has been sent: all that is left is to cut the connection, so that the file is seen to be incomplete.
      this.logger.error({ err: error }, 'an export broke off');
      throw error;
    }
  }
}

/** A filter given once comes as a text, given several times as an array. */
function filterOf(query: FeedbackFilters): EntryFilter {
  const texts = textMembers.flatMap((member) => {
    const values = [query[member as keyof FeedbackFilters] ?? []].flat() as string[];
    return values.length === 0 ? [] : [[member, values.map((value) => asKept(member, value))]];
  });
  return {
    texts: Object.fromEntries(texts),
    scoreMin: query.scoreMin,
    scoreMax: query.scoreMax,
    resolved: query.resolved && query.resolved === 'true',
    hasComment: query.hasComment && query.hasComment === 'true',
    bands: several(query.band),
    bandSet: query.bands,
    reasons: several(query.reason),
    states: several(query.state),
    q: query.q,
    from: query.from === undefined ? undefined : momentOf(query.from, query.tz),
    to: query.to === undefined ? undefined : momentOf(query.to, query.tz),
  };
}

function several<T>(given: T | T[] | undefined): T[] | undefined {
  return given === undefined ? undefined : ([given].flat() as T[]);
}

/** The text of a filter in the form in which entries keep it. */
function asKept(member: string, text: string): string {
  return member === 'respondent' ? (respondentNamed(text) ?? text) : text;
}
