import type { AnswersProps } from './answers.js';
import { FailureNotice, Notice } from './notice.js';
import { More, usePages } from './pages.js';
import { Reasons, Time, Words } from './said.js';
import { answersQuery } from './view.js';
import { answerScore, languageText } from './words.js';
import './comments.css';

/** The newest comments. They need no right to read the answers. */
export function CommentsCard({ api, view, period, now, asked, chooseReason }: Omit<AnswersProps, 'widen'>) {
  const list = usePages(api, 'analytics/text', { ...answersQuery(view, period), limit: '10' }, now);
  return (
    <section class="card comments" aria-labelledby="comments-title" aria-busy={list.isLoading}>
      <h2 id="comments-title">In their words</h2>
      {list.failure && <FailureNotice failure={list.failure} again={list.more} />}
      {list.rows?.length === 0 && <Notice title={view.q === null ? 'Nobody has added words.' : 'No words fit.'} />}
      <ul>
        {list.rows?.map((entry) => (
          <li key={entry.id}>
            <blockquote>
              {entry.comment !== null && <Words text={entry.comment} />}
              <Reasons reasons={entry.reasons} choose={chooseReason} />
            </blockquote>
            <p class="hint">
              {[
                answerScore(entry.scale, entry.score, asked?.range ?? null),
                entry.channel ?? '',
                entry.language === null ? '' : languageText(entry.language),
              ]
                .filter((text) => text !== '')
                .map((text) => (
                  <span key={text}>
                    <bdi>{text}</bdi> ·{' '}
                  </span>
                ))}
              <Time entry={entry} tz={view.tz} />
            </p>
          </li>
        ))}
      </ul>
      <More list={list} what="comments" />
    </section>
  );
}
