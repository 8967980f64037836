import { Module } from '@nestjs/common';
import { AnalyticsModule } from '../analytics/analytics.module.js';
import { CountingModule } from '../counting/counting.module.js';
import { ReleasesController } from './releases.controller.js';
import { ReleasesService } from './releases.service.js';
import { WatchListeners } from './watch.listeners.js';
import { WatchLooks } from './watch.looks.js';
import { WatchesController } from './watches.controller.js';
import { WatchesService } from './watches.service.js';

/**
 * What is kept an eye on. A release is a mark in time (release.entity.ts): analytics compares what came before it with what
 * came since. A watch is a standing question about a score (watch.entity.ts): is it beyond a target, or has it changed?
 *
 * Time is cut into whole steps by the wall clock of the watch (steps.ts). Five minutes after a step has ended, watch.looks.ts
 * reads the entries that were recorded in it, once for all watches of the workspace that wait for it (watch.gatherer.ts), and
 * each watch decides what they say (watch.look.ts). The decision is that of libs/statistics/vigil.ts: with every step a new
 * interval begins, each holds at every look, and a watch is raised where they contradict each other or the target. What is
 * followed is kept in the watch, so that a look costs what its step costs, however old the watch is.
 *
 * What a watch said is kept in `watch_history`. All of a step is one transaction: a process that is killed changes nothing, and
 * no two processes look at one step. Who else must hear of it is told in that transaction (watch.listeners.ts).
 */
@Module({
  imports: [AnalyticsModule, CountingModule],
  controllers: [ReleasesController, WatchesController],
  providers: [ReleasesService, WatchListeners, WatchLooks, WatchesService],
  exports: [WatchListeners, WatchLooks],
})
export class WatchesModule {}
