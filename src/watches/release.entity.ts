import { defineEntity, p } from '@mikro-orm/core';
import { quarterHour } from '../counting/change.js';

const ReleaseSchema = defineEntity({
  name: 'Release',
  tableName: 'release',
  properties: {
    workspaceId: p.uuid().primary(),
    id: p.uuid().primary(),
    name: p.text(),
    /** A label. Answers are not filtered by it. */
    version: p.text().$type<string>().strictNullable(),
    /** The bot that was released; null: all answers. */
    bot: p.text().$type<string>().strictNullable(),
    at: p.datetime(3),
    /** Whether the moment was chosen when answers from after it could be known. */
    retrospective: p.boolean(),
    createdAt: p.datetime(3),
    updatedAt: p.datetime(3),
  },
});

/** A mark in time: what came before is compared with what came since. */
export class Release extends ReleaseSchema.class {
  /** Moves the mark. The first time it is put where it was made, unless that is told otherwise. */
  moveTo(at: Date, now: Date): void {
    if (this.at && this.at.getTime() !== at.getTime()) this.retrospective = true;
    this.at = at;
    this.updatedAt = now;
  }
}
ReleaseSchema.setClass(Release);

/** Whether a mark lies before the moment in which it is made. Within one quarter of an hour it makes no difference to any count. */
export function isRetrospective(at: Date, now: Date): boolean {
  return Math.floor(at.getTime() / quarterHour) < Math.floor(now.getTime() / quarterHour);
}
