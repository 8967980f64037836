import { isPlainObject } from '#libs/validation';
import { scoreRangeOf } from '../feedback/scale.js';
import { cutTo } from './truncation.js';

/** Characters of a comment that are shown. */
const commentLength = 2_000;

/** What of an entry is put into words. */
interface Said {
  id: string;
  source: string;
  instrument: string;
  scale?: string;
  score?: number | null;
  resolved?: boolean | null;
  options?: unknown[] | null;
  comment?: string | null;
}

/**
 * The body of a message that the incoming webhooks of Slack, Mattermost, Rocket.Chat and Discord (`/slack`) take.
 * @param data of the event, parsed
 * @param pageUrl where people find the page; undefined: there is no link
 */
export function slackBody(type: string, data: unknown, pageUrl: string | undefined): string {
  return JSON.stringify({ text: textOf(type, isPlainObject(data) ? data : {}, pageUrl) });
}

function textOf(type: string, data: Record<string, unknown>, pageUrl: string | undefined): string {
  switch (type) {
    case 'feedback.recorded':
      return entryText('New feedback', data as unknown as Said, pageUrl);
    case 'feedback.updated':
      return entryText('Feedback was changed', data as unknown as Said, pageUrl);
    case 'feedback.deleted':
      return `Feedback on ${safe(String(data['instrument']))} was deleted.`;
    case 'respondent.erased':
      return `A person was erased, with ${String(data['erased'])} records.`;
    case 'webhook.disabled':
      return `Nothing is sent to the webhook ${safe(String(data['url']))} any more: ${reasons[String(data['reason'])]}.`;
    case 'ping':
      return 'A ping from Afterword: messages arrive here.';
    default:
      return watchText(type, data);
  }
}

const reasons: Record<string, string> = {
  asked: 'somebody disabled it',
  gone: 'its receiver says that it is gone',
  failing: 'nothing has succeeded for five days',
};

function entryText(what: string, said: Said, pageUrl: string | undefined): string {
  const head = `${what} on ${safe(said.instrument)}: ${scoreInWords(said)}`;
  const comment = said.comment ? `\n> ${safe(shortened(said.comment)).replaceAll('\n', '\n> ')}` : '';
  const link = pageUrl === undefined ? '' : `\n<${pageUrl}#entry=${said.id}|Show it>`;
  return head + comment + link;
}

function scoreInWords({ scale, score, resolved, options }: Said): string {
  const parts = [];
  if (score != null) parts.push(scale === 'thumb' ? (score === 1 ? 'thumb up' : 'thumb down') : rated(scale!, score));
  if (options) parts.push(`chose ${options.map((option) => safe(String(option))).join(', ')}`);
  if (resolved != null) parts.push(resolved ? 'resolved' : 'not resolved');
  return parts.length > 0 ? parts.join(', ') : 'in words';
}

/** A promoter gives 9 or 10, a detractor at most 6 (Reichheld, 2003). */
function rated(scale: string, score: number): string {
  const of = `${score} of ${scoreRangeOf(scale)!.high}`;
  if (scale !== 'nps') return of;
  return `${of}, ${score >= 9 ? 'promoter' : score <= 6 ? 'detractor' : 'passive'}`;
}

function watchText(type: string, { name, instrument }: Record<string, unknown>): string {
  const what = safe([name, instrument].find((one) => typeof one === 'string') ?? 'of a score');
  return type === 'watch.raised' ? `The watch ${what} was raised.` : `The watch ${what} is settled.`;
}

function shortened(text: string): string {
  const cut = cutTo(text, commentLength);
  return cut === text ? text : `${cut}…`;
}

/** Neither markup nor a call: what stands between angle brackets is a command to Slack, and a name after an `@` calls somebody. */
function safe(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('@', '@\u200B');
}
