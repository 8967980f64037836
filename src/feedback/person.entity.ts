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

/** A registered respondent. An entry's respondent must be registered only if the entry has a window. */
export class Person extends PersonSchema.class {}
PersonSchema.setClass(Person);
