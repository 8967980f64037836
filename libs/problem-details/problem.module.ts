import { type DynamicModule, Module } from '@nestjs/common';
import { APP_FILTER } from '@nestjs/core';
import { ProblemDoors, ProblemFilter } from './problem.filter.js';
import type { ProblemDoor } from './renderer.js';

/** Makes {@link ProblemFilter} the application's only exception filter, with the renderers of `doors`. */
@Module({})
export class ProblemModule {
  static forRoot(doors: ProblemDoor[]): DynamicModule {
    return {
      module: ProblemModule,
      providers: [
        { provide: ProblemDoors, useValue: doors },
        ProblemFilter,
        { provide: APP_FILTER, useExisting: ProblemFilter },
      ],
      exports: [ProblemFilter],
    };
  }
}
