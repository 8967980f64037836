import { charactersIn } from '#libs/text';
import { respondentNamed } from '../feedback/respondent.js';
import type { NewEntry } from '../feedback/submission.js';
import type { MessageFeedbackSource, MessageFeedbackUser } from './message-feedback.dto.js';
import { nameInWords } from './user-name.js';

/** What was sent about the message, the user and the sources. */
interface Context {
  properties?: { version?: unknown } | null;
  userProperties?: MessageFeedbackUser | null;
  sources?: MessageFeedbackSource[] | null;
}

/** What an entry has because of this context. */
export function impliedBy({
  properties,
  userProperties,
  sources,
}: Context): Pick<NewEntry, 'version' | 'respondent' | 'sources'> {
  return {
    version: versionIn(properties),
    respondent: respondentOf(userProperties),
    sources: sources?.map(({ type = null, ...rest }) => ({ type, ...rest })) ?? null,
  };
}

/** Ours: the release that was talked to, where the client says it. */
function versionIn(properties: Context['properties']): string | null {
  const version = properties?.version;
  return typeof version === 'string' && version !== '' && charactersIn(version) <= 255 ? version : null;
}

function respondentOf(user: Context['userProperties']): string | null {
  const name = [user?.userId, user?.id].find((one) => one != null && one !== '');
  return name == null ? null : respondentNamed(nameInWords(name));
}
