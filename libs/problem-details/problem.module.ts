import { type DynamicModule, Module } from '@nestjs/common';
import { APP_FILTER } from '@nestjs/core';
import { ProblemFilter, ProblemModuleOptions } from './problem.filter.js';

/** Makes {@link ProblemFilter} the application's only exception filter. */
@Module({})
export class ProblemModule {
  static forRoot(options: ProblemModuleOptions): DynamicModule {
    return {
      module: ProblemModule,
      providers: [
        { provide: ProblemModuleOptions, useValue: options },
        ProblemFilter,
        { provide: APP_FILTER, useExisting: ProblemFilter },
      ],
      exports: [ProblemFilter],
    };
  }
}
