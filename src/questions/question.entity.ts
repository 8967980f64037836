import { fold, foldVersion } from '#libs/text';
import { enumeration } from '#libs/validation';
import type { Fault } from '#libs/problem-details';
import { defineEntity, p } from '@mikro-orm/core';
import { asJson, type Status, statusNamed } from '../departments/department.entity.js';
import { type QuestionOption, type QuestionConfig } from './question.config.dto.js';
import { configFaults, configIn, optionsOf, type QuestionType, typeNamed } from './question.config.js';

export const channels = enumeration('AcquireChannel', ['chat', 'sms', 'email']);
/** Where a question is asked. */
export type Channel = (typeof channels)[number];

/** The same as the native API says them. */
export const channelNames = { chat: 'Chat', sms: 'SMS', email: 'Email' } as const;
export type NativeChannel = (typeof channelNames)[Channel];
export const nativeChannels = enumeration(
  'Channel',
  channels.map((channel) => channelNames[channel]),
);

/** The channel of that name, in whatever case. */
export function channelNamed(name: unknown): Channel | undefined {
  return channels.find((channel) => typeof name === 'string' && channel === name.toLowerCase());
}

/** What a caller may say of a question: names in any spelling, all members valid by themselves; null: none. */
export interface QuestionInput {
  question?: string;
  status?: string;
  type?: string;
  /** An array is taken as `values`. */
  config?: QuestionConfig | QuestionOption[] | null;
  channels?: string | string[] | null;
  departments?: (number | { id: number })[] | null;
}

const day = 86_400_000;

const QuestionSchema = defineEntity({
  name: 'Question',
  tableName: 'question',
  properties: {
    workspaceId: p.uuid().primary(),
    id: p.bigint('number').primary(),
    question: p.text(),
    /** The question as searching sees it. */
    folded: p.text(),
    foldVersion: p.smallint().$type<number>(),
    type: p.string().$type<QuestionType>(),
    config: p.json().$type<QuestionConfig>(),
    channels: p.array().$type<Channel[]>(),
    status: p.string().$type<Status>(),
    /** Of a disabled question: since when; null until a question of an earlier release is filled. */
    disabledAt: p.datetime(3).$type<Date>().strictNullable(),
    createdAt: p.datetime(3),
    /** Where it is asked, in the order in which they were given. Written by the service. */
    departments: p
      .json()
      .$type<{ id: number; name: string }[]>()
      .formula(
        ({ workspaceId, id }) => `(
          select coalesce(json_agg(${asJson('question_department.workspace_id', 'department_id')} order by position), '[]')
          from question_department
          where question_department.workspace_id = ${workspaceId} and question_id = ${id})`,
      ),
  },
});

/** Something that respondents are asked. */
export class Question extends QuestionSchema.class {
  /** Takes over what `input` says `now`; what it leaves out stays. The departments are not the entity's to change. */
  take(input: QuestionInput, now: Date): void {
    this.question = input.question ?? this.question;
    this.folded = fold(this.question);
    this.foldVersion = foldVersion;
    this.type = typeNamed(input.type) ?? this.type;
    const status = statusNamed(input.status) ?? this.status;
    if (status !== this.status) this.disabledAt = status === 'disabled' ? now : null;
    this.status = status;
    if (input.config !== undefined) this.config = configIn(input.config ?? {});
    if (input.channels !== undefined) {
      const names = [input.channels ?? []].flat();
      this.channels = [...new Set(names.map((name) => channelNamed(name)!))];
    }
  }

  /** What is wrong with its members together, where each of them is valid by itself. */
  faults(): Fault[] {
    return configFaults(this.type, this.config);
  }

  /** Whether it takes no more answers. Whoever was shown it before it was disabled has a day to answer. */
  isClosed(now: Date): boolean {
    return this.status === 'disabled' && this.disabledAt !== null && now.getTime() - this.disabledAt.getTime() > day;
  }

  /** What there is to choose from; nothing where the answer is free text. */
  options(): QuestionOption[] {
    return optionsOf(this.type, this.config);
  }
}
QuestionSchema.setClass(Question);

/** The departments that `input` names, without repeats; undefined where it says nothing about them. */
export function departmentsIn({ departments }: QuestionInput): number[] | undefined {
  if (departments === undefined) return undefined;
  return [...new Set((departments ?? []).map((one) => (typeof one === 'number' ? one : one.id)))];
}
