import { readFile } from 'node:fs/promises';
import { CORE_SCHEMA, load, mergeTag } from 'js-yaml';

/** A part of the document: the operations of the controllers that have its name as their tag, and what it says of them. */
export interface Chapter {
  name: string;
  description: string;
  /** By the names of the operations. */
  examples: Record<string, Example>;
}

/** What is sent and what is answered. */
export interface Example {
  request?: unknown;
  /** Several requests by name, where one does not show enough. */
  requests?: Record<string, unknown>;
  /** Members that the answer always has and that are left out here are null. */
  response?: unknown;
  /** What is answered where the server cannot serve. */
  unavailable?: unknown;
}

/** Reads a chapter from the file in which its room keeps it. */
export async function chapterIn(file: URL): Promise<Chapter> {
  return load(await readFile(file, 'utf8'), { schema: CORE_SCHEMA.withTags(mergeTag) }) as Chapter;
}
