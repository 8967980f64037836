import type { OpenAPIObject } from '@nestjs/swagger';

type Components = NonNullable<OpenAPIObject['components']>;
export type Schema = NonNullable<Components['schemas']>[string];
export type Reference = { $ref: string };
export type Response = Exclude<NonNullable<Components['responses']>[string], Reference>;
type MediaType = NonNullable<Response['content']>[string];
export type Examples = NonNullable<MediaType['examples']>;
export type Operation = NonNullable<OpenAPIObject['paths'][string]['post']>;

const methods = ['get', 'put', 'post', 'delete', 'patch'] as const;

/** An operation and where it is. */
export interface Located {
  method: (typeof methods)[number];
  path: string;
  operation: Operation;
}

export function operationsOf({ paths }: OpenAPIObject): Located[] {
  return Object.entries(paths).flatMap(([path, item]) =>
    methods.flatMap((method) => (item[method] ? [{ method, path, operation: item[method] }] : [])),
  );
}
