import { Injectable } from '@nestjs/common';
import type { Group, Grouping } from '../counting/reader.js';
import { rest } from '../counting/change.js';
import { Labels } from '../names/labels.js';

interface Asked {
  source: string | null;
  instrument: string | null;
}

/** What people call the instruments and groups that scores are of. Each answer says it of all that it shows at once. */
@Injectable()
export class ShownNames {
  constructor(private readonly labels: Labels) {}

  /** Only the instruments of questions have another name: they are numbers. */
  async ofInstruments(workspaceId: string, instruments: Asked[]): Promise<(one: Asked) => string | null> {
    const numberOf = ({ source, instrument }: Asked) => (source === 'question' && instrument) || '';
    const texts = await this.labels.of(workspaceId, 'question', instruments.map(numberOf));
    return (one) => texts.get(numberOf(one)) ?? null;
  }

  async ofGroups(
    workspaceId: string,
    by: Grouping,
    groups: Pick<Group, 'source' | 'name'>[],
  ): Promise<(group: Pick<Group, 'source' | 'name'>) => string | null> {
    const asInstrument = ({ source, name }: Pick<Group, 'source' | 'name'>) => ({ source, instrument: name });
    if (by === 'instrument') {
      const labels = await this.ofInstruments(workspaceId, groups.map(asInstrument));
      return (group) => labels(asInstrument(group));
    }
    if (by === 'language') return ({ name }) => (name === '' || name === rest ? null : name);
    if (by !== 'bot' && by !== 'channel') return () => null;
    const ids = groups.map(({ name }) => name).filter((name) => name !== rest);
    const names = await this.labels.of(workspaceId, by, ids);
    return ({ name }) => names.get(name) ?? null;
  }
}
