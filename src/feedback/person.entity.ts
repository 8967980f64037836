import { defineEntity, p } from '@mikro-orm/core';

const PersonSchema = defineEntity({
  name: 'Person',
  tableName: 'person',
  properties: {
    workspaceId: p.uuid().primary(),
    /** The name that entries have them by: one exact NFC string in a workspace. */
    respondent: p.text().primary(),
    mobileNo: p.text().$type<string>().strictNullable(),
    email: p.text().$type<string>().strictNullable(),
    name: p.text().$type<string>().strictNullable(),
    /** As it was sent. */
    languageCode: p.text().$type<string>().strictNullable(),
    /** Flat: no member is an object or an array. */
    customData: p.json().$type<object>().strictNullable(),
    createdAt: p.datetime(3),
    updatedAt: p.datetime(3),
  },
});

/** A respondent who was registered. Entries need none, except those that a window admits. */
export class Person extends PersonSchema.class {}
PersonSchema.setClass(Person);
