import { Injectable } from '@nestjs/common';
import { DepartmentsService } from '../departments/departments.service.js';
import { QuestionsService } from '../questions/questions.service.js';
import { BotsService } from '../surveys/bots.service.js';
import { unlimitedIn } from '../workspaces/rights.js';
import { type Cast, questions, texts } from './demo.texts.js';

/** Makes what the feedback is about: bots, and questions in a department. */
@Injectable()
export class DemoCast {
  constructor(
    private readonly bots: BotsService,
    private readonly questions: QuestionsService,
    private readonly departments: DepartmentsService,
  ) {}

  async make(workspaceId: string): Promise<Cast> {
    const maker = unlimitedIn(workspaceId, 'demonstration');
    const cast: Cast = { workspaceId, bots: [], questions: [] };
    for (const name of texts.bots) cast.bots.push((await this.bots.create(maker, { name })).id);
    const { id: department } = await this.departments.add(maker, { name: texts.department });
    const asked = { departments: [department], channels: ['chat', 'email', 'sms'] };
    for (const question of questions)
      cast.questions.push(String((await this.questions.add(maker, { ...question, ...asked })).id));
    return cast;
  }
}
