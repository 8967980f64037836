export { Background, type BackgroundWork } from './background.js';
export { PeriodicWork } from './periodic-work.js';
