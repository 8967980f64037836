export { EmbeddedPostgres, runningOn } from './embedded-postgres.js';
