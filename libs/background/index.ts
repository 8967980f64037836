/*
 * Work that nobody asked for and that has no end: every such work has the same lifecycle, and the application starts and
 * stops all of them by one list.
 */
export { Background, type BackgroundWork } from './background.js';
export { PeriodicWork } from './periodic-work.js';
