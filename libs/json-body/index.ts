export { bodyDigest, jsonBody, type JsonBodyOptions } from './json-body.js';
export { inspectText, maxFaults, parseJson, textFaults } from './parse.js';
export { nameOf, type Path, pointerTo } from './path.js';
