/*
 * How a server works below a path of a host that it shares, `https://host/fb/`. Its base path is what stands there before
 * the server's own paths: as its configuration says, or, for one request, as a trusted proxy says in `X-Forwarded-Prefix`.
 * A proxy may take the base path off what it passes on or leave it: it is taken off here before anything looks at the
 * address, so that the server's code knows its own paths alone. Whatever names one of them to the caller adds the base path.
 */
export { basePathIn, basePathOf, belowBasePath, completeLocations, ownPathIn } from './base-path.js';
