import { type DynamicModule, Module } from '@nestjs/common';
import { ProblemFilter, ProblemModuleOptions } from './problem.filter.js';

/** Provides {@link ProblemFilter}, which is to be the application's only exception filter. */
@Module({})
export class ProblemModule {
  static forRoot(options: ProblemModuleOptions): DynamicModule {
    return {
      module: ProblemModule,
      providers: [{ provide: ProblemModuleOptions, useValue: options }, ProblemFilter],
      exports: [ProblemFilter],
    };
  }
}
