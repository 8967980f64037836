/*
 * Identifiers that a server makes by the thousand. The system is asked for random bytes a pool at a time: to ask for each
 * identifier cost more than all the rest of making it.
 */
export { leastUuidAt, newUuid, randomBase62, timeOf } from './ids.js';
