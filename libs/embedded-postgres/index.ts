/*
 * A real PostgreSQL as a child of the application, in a directory of its own, so that a product runs without a database
 * being installed. It listens on a Unix socket only. Whoever starts it owns it by a session lock in the cluster, which
 * ends with the process, however that ends: so a second owner is refused, an orphan is found and ended, and a visitor
 * (`runningOn`) can use the server that is there. It is started again where it ends by itself. As root, it runs as an
 * unprivileged user, from a copy of its programs where that user cannot reach the installed ones.
 *
 * What it says to operators calls the directory `DATA_DIR` and a database elsewhere `DATABASE_URL`, as the environment does.
 */
export { EmbeddedPostgres, runningOn } from './embedded-postgres.js';
