/*
 * From the bytes of a request to a JSON value, strictly: one content type, bounded size, depth and number of values, no
 * ambiguity (a member twice, `__proto__`, invalid UTF-8), and nothing that PostgreSQL or UTF-8 could not store again. All
 * bodies in memory share one budget of bytes. What a value must be is not asked here; `validation` does that. Both name
 * a place in a body in the same way: by a JSON pointer for programs, and as it is written in code for people.
 */
export { bodyDigest, bodyShareOf, jsonBody, type JsonBodyOptions, type LinesConfig } from './json-body.js';
export { ExactNumber, isJsonNumber, parseStored } from './exact-number.js';
export { type Line, lineCountOf, linesOf } from './lines.js';
export { inspectText, maxFaults, parseJson, textFaults } from './parse.js';
export { nameOf, type Path, pointerTo } from './path.js';
export { jsonLimits } from './scan.js';
