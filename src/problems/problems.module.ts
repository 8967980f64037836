import type { CataloguedProblem } from '#libs/problem-details';
import { type DynamicModule, Module } from '@nestjs/common';
import { ProblemCatalogue, ProblemsController } from './problems.controller.js';

@Module({})
export class ProblemsModule {
  static forRoot(catalogue: CataloguedProblem[]): DynamicModule {
    return {
      module: ProblemsModule,
      controllers: [ProblemsController],
      providers: [{ provide: ProblemCatalogue, useValue: catalogue }],
    };
  }
}
