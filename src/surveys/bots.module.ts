import { Module } from '@nestjs/common';
import { NamesModule } from '../names/names.module.js';
import { BotsController } from './bots.controller.js';
import { BotsService } from './bots.service.js';

@Module({ imports: [NamesModule], controllers: [BotsController], providers: [BotsService], exports: [BotsService] })
export class BotsModule {}
