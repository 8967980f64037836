import { Module } from '@nestjs/common';
import { ChannelsController } from './channels.controller.js';
import { ChannelsService } from './channels.service.js';
import { Labels } from './labels.js';

/**
 * What people call the things that answers are counted by. A bot and a question have their names in their own rooms, which
 * add themselves to `Labels`; a channel is only a word of the caller's, so the name that a workspace gives it is kept
 * here, in `channel_name`. Names are looked up when they are shown: nothing is counted by them.
 */
@Module({
  controllers: [ChannelsController],
  providers: [ChannelsService, Labels],
  exports: [Labels],
})
export class NamesModule {}
