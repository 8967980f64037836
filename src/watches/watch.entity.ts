import { newVigil, type Vigil } from '#libs/statistics';
import { enumeration } from '#libs/validation';
import { defineEntity, p } from '@mikro-orm/core';
import type { Metric } from '../analytics/metric.js';
import type { Dimension } from '../counting/change.js';
import type { Source } from '../feedback/feedback-entry.entity.js';
import type { Scale } from '../feedback/scale.js';
import { type Step, stepFrom, type StepName } from './steps.js';

export const kinds = enumeration('WatchKind', ['target', 'change']);
export type Kind = (typeof kinds)[number];

export const directions = enumeration('Direction', ['above', 'below']);
export type Direction = (typeof directions)[number];

export const states = enumeration('WatchState', ['quiet', 'raised', 'settled']);
export type State = (typeof states)[number];

/** What raised a watch. */
export interface Raised {
  /** When it was raised: the end of the step that was looked at. */
  at: string;
  /** The beginning of the step since which the score is another one, or beyond the target. */
  since: string;
  /** The answers before that step, and from it on. */
  before: { n: number; estimate: number | null };
  after: { n: number; estimate: number | null };
}

/** Whether a score followed the weekday in the 90 days before its watch was made. */
export interface Weekdays {
  n: number;
  p: number;
  follows: boolean;
}

/** What is followed, and since when: the beginning of the watch, its last alarm, or when that was over. */
export interface Following extends Vigil {
  from: string;
}

export function followingFrom(from: Date): Following {
  return { ...newVigil, from: from.toISOString() };
}

/** Milliseconds after the end of a step until all entries of it are certainly stored. */
const settling = 300_000;

const WatchSchema = defineEntity({
  name: 'Watch',
  tableName: 'watch',
  properties: {
    workspaceId: p.uuid().primary(),
    id: p.uuid().primary(),
    name: p.text(),
    kind: p.string().$type<Kind>(),
    source: p.string().$type<Source>(),
    instrument: p.text(),
    scale: p.string().$type<Scale>(),
    metric: p.string().$type<Metric>(),
    /** By the names that answers have; '' for those without one. */
    filters: p.json().$type<Partial<Record<Dimension, string>>>(),
    /** In units of the metric. Of the kind `target`. */
    target: p.double().$type<number>().strictNullable(),
    direction: p.string().$type<Direction>().strictNullable(),
    step: p.string().$type<StepName>(),
    tz: p.text(),
    /** The beginning of the first step. */
    beginsAt: p.datetime(3),
    weekdays: p.json().$type<Weekdays>().strictNullable(),
    state: p.string().$type<State>(),
    raised: p.json().$type<Raised>().strictNullable(),
    /** The step that is looked at next. */
    nextFrom: p.datetime(3),
    nextTo: p.datetime(3),
    dueAt: p.datetime(3),
    /** Items of its history. */
    items: p.integer(),
    vigil: p.json().$type<Following>(),
    createdAt: p.datetime(3),
    updatedAt: p.datetime(3),
    endedAt: p.datetime(3).$type<Date>().strictNullable(),
  },
});

/** A standing question about a score, looked at after each step. */
export class Watch extends WatchSchema.class {}
WatchSchema.setClass(Watch);

/** Where a watch stands whose next step is this one. */
export function waitingFor({ from, to }: Step): Pick<Watch, 'nextFrom' | 'nextTo' | 'dueAt'> {
  return { nextFrom: from, nextTo: to, dueAt: new Date(to.getTime() + settling) };
}

export function stepAfter({ nextTo, step, tz }: Pick<Watch, 'nextTo' | 'step' | 'tz'>): Step {
  return stepFrom(nextTo, step, tz);
}
