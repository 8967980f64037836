import { ExactNumber, parseStored, pointerTo } from '#libs/json-body';
import { charactersIn } from '#libs/text';

/** Bytes of a message: 256 KiB, less what stands around its data. */
const most = 262_144 - 8_192;
/** Texts that are named as cut, at most. */
const mostNamed = 50;

/** Members whose content callers choose freely: where not even texts without a character fit, they are left out. */
const freeForm = ['properties', 'userProperties', 'sources', 'choices', 'options', 'reasons'];

type Holder = Record<string, unknown>;
interface Text {
  holder: Holder;
  key: string;
  pointer: string;
  text: string;
  /** As JSON, without the quotes. */
  bytes: number;
}

/**
 * `data` as JSON, in at most 256 KiB with what stands around it: the longest texts are cut to one length.
 * @returns with the JSON pointers of what was cut, null where nothing was
 */
export function fitting(data: object): { json: string; truncated: string[] | null } {
  const json = JSON.stringify(data);
  if (Buffer.byteLength(json) <= most) return { json, truncated: null };
  const copy = parseStored(json) as Holder;
  const cut = cutTexts(copy) ?? leaveOut(copy);
  return { json: JSON.stringify(copy), truncated: cut.slice(0, mostNamed) };
}

/** Cuts the longest texts in `data`, as little as is needed; undefined where what is no text does not fit. */
function cutTexts(data: Holder): string[] | undefined {
  const texts = textsIn(data, []).toSorted((a, b) => a.bytes - b.bytes);
  let left = most - Buffer.byteLength(JSON.stringify(data)) + texts.reduce((sum, { bytes }) => sum + bytes, 0);
  if (left < 0) return undefined;
  const cut: string[] = [];
  texts.forEach(({ holder, key, pointer, text, bytes }, index) => {
    // What shorter texts leave of their shares is the longer ones'.
    const share = Math.floor(left / (texts.length - index));
    if (bytes > share) {
      holder[key] = cutToBytes(text, bytes, share);
      cut.push(pointer);
    }
    left -= Math.min(bytes, share);
  });
  return cut;
}

function leaveOut(data: Holder): string[] {
  const left = freeForm.filter((member) => data[member] != null);
  for (const member of left) data[member] = null;
  return [...left.map((member) => `/${member}`), ...(cutTexts(data) ?? [])];
}

function textsIn(node: object, path: string[]): Text[] {
  return Object.entries(node).flatMap(([key, value]): Text[] => {
    const at = [...path, key];
    if (typeof value === 'string')
      return [{ holder: node as Holder, key, pointer: pointerTo(at), text: value, bytes: bytesOf(value) }];
    return typeof value === 'object' && value !== null && !(value instanceof ExactNumber) ? textsIn(value, at) : [];
  });
}

function bytesOf(text: string): number {
  return Buffer.byteLength(JSON.stringify(text)) - 2;
}

function cutToBytes(text: string, bytes: number, share: number): string {
  let cut = text;
  for (let now = bytes; now > share; now = bytesOf(cut)) cut = cutTo(cut, Math.floor((cut.length * share) / now) - 1);
  return cut;
}

/** At most `length` characters, none of them halved. */
export function cutTo(text: string, length: number): string {
  if (length <= 0) return '';
  if (text.length <= length || charactersIn(text) <= length) return text;
  return Array.from(text.slice(0, 2 * length))
    .slice(0, length)
    .join('');
}
