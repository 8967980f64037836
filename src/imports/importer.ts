import { hash } from 'node:crypto';
import type { Principal } from '#libs/access';
import { inspectText } from '#libs/json-body';
import { InvalidInput } from '#libs/problem-details';
import type { LineReader } from '../entries/line.reader.js';
import type { NewEntry, Submission } from '../feedback/submission.js';
import type { Mapper } from './mapper.js';
import type { Row } from './rows.js';
import { type Fate, nameOf, type Store } from './store.js';

/** A row that was not taken, and why. */
export interface Refusal {
  row: Row;
  reason: string;
}

/** What becomes of a row before it is stored: null where the mapping leaves it out. */
type Read = Submission | Refusal | null;

/** Rows that are read and stored at a time, and what they may hold together. */
const most = { rows: 1_000, size: 4_194_304 };
/** While one group is stored, another one is read. */
const groupsAtOnce = 2;

/**
 * Brings the rows of a file into a workspace. They are lines of a batch, or become lines by a mapping, and are held to the
 * same rules. A row without an external id gets one that is made of what is in it and of its place in the file, so that
 * the file can be imported again: a row that is there already changes nothing.
 */
export class Importer {
  /** How many rows of each fate; `leftOut` because the mapping says so. */
  readonly tally = { rows: 0, recorded: 0, updated: 0, unchanged: 0, refused: 0, leftOut: 0 };

  /** @param onRefused is told in the order of the rows, and waited for */
  constructor(
    private readonly caller: Principal,
    private readonly lines: LineReader,
    private readonly store: Store,
    private readonly onRefused: (refusal: Refusal) => Promise<void>,
  ) {}

  /** @throws where nothing can be stored any more: what is stored stays, and the file can be imported again */
  async bring(rows: AsyncIterable<Row>, mapper: Mapper | undefined): Promise<void> {
    const underWay: Group[] = [];
    for await (const group of inGroups(rows)) {
      const read = group.map((row) => this.read(row, mapper));
      const submissions = read.filter((one): one is Submission => one !== null && 'entry' in one);
      const names = submissions.map(({ entry }) => nameOf(entry));
      // Two rows of one name are stored in their order.
      while (underWay.length === groupsAtOnce || underWay.some((one) => names.some((name) => one.names.has(name))))
        await this.settle(underWay.shift()!);
      const fates = this.store(submissions);
      fates.catch(() => undefined);
      underWay.push({ group, read, names: new Set(names), fates });
    }
    for (const one of underWay) await this.settle(one);
  }

  private read(row: Row, mapper: Mapper | undefined): Read {
    if ('fault' in row) return { row, reason: row.fault };
    try {
      const line = mapper ? mapper.lineOf(row.fields) : (row.fields as Record<string, unknown>);
      if (line === null) return null;
      const faults = mapper ? inspectText(line) : [];
      if (faults.length > 0) throw new InvalidInput(faults);
      const { entry } = this.lines.submissionOf(this.caller, line);
      return { entry: { ...entry, externalId: entry.externalId ?? externalIdOf(row, entry) }, mayExist: true };
    } catch (error) {
      return { row, reason: (error as Error).message };
    }
  }

  private async settle({ group, read, fates }: Group): Promise<void> {
    const stored = (await fates).values();
    for (const [index, one] of read.entries()) {
      const fate: Fate | Refusal | 'leftOut' = one === null ? 'leftOut' : 'entry' in one ? stored.next().value! : one;
      this.tally.rows++;
      this.tally[typeof fate === 'string' ? fate : 'refused']++;
      if (typeof fate !== 'string') await this.onRefused({ row: group[index]!, reason: fate.reason });
    }
  }
}

interface Group {
  group: Row[];
  read: Read[];
  names: Set<string>;
  fates: Promise<Fate[]>;
}

/** The same for the same row of the same file, as long as it says the same of the same question. */
function externalIdOf(row: Row & { fields: unknown }, { instrument, scale }: NewEntry): string {
  return `import-${hash('sha256', JSON.stringify([row.at, instrument, scale, row.fields]), 'base64url')}`;
}

async function* inGroups(rows: AsyncIterable<Row>): AsyncGenerator<Row[]> {
  let group: Row[] = [];
  let size = 0;
  for await (const row of rows) {
    group.push(row);
    size += row.size;
    if (group.length < most.rows && size < most.size) continue;
    yield group;
    group = [];
    size = 0;
  }
  if (group.length > 0) yield group;
}
