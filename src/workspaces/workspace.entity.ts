import { defineEntity, p } from '@mikro-orm/core';

const WorkspaceSchema = defineEntity({
  name: 'Workspace',
  tableName: 'workspace',
  properties: {
    id: p.uuid().primary(),
    /** The name that people type; unique in the instance. */
    slug: p.text(),
    name: p.text(),
    createdAt: p.datetime(3),
    /** Made for the demonstration, and deleted with it. */
    demo: p.boolean().default(false),
  },
});

/** The tenant: every row of the product belongs to one, and no credential sees two. */
export class Workspace extends WorkspaceSchema.class {}
WorkspaceSchema.setClass(Workspace);

/** The workspace that is there from the beginning. */
export const defaultWorkspaceId = '00000000-0000-7000-8000-000000000001';
