import { once } from 'node:events';
import { EntityManager } from '@mikro-orm/postgresql';
import type { ByteBudget } from '#libs/byte-budget';
import { Injectable, Logger } from '@nestjs/common';
import { LivenessDto, ReadinessDto } from './health.dto.js';

/** Milliseconds after which a database that hangs counts as down. */
const answerWithin = 1_000;

@Injectable()
export class HealthService {
  private readonly logger = new Logger(HealthService.name);
  /** Whether the server is stopping. /readyz says so, that no new requests are sent here. */
  draining = false;
  /** What bodies that arrive may take, and answers that wait to be taken. */
  budgets?: { bodies: ByteBudget; answers: ByteBudget };

  constructor(private readonly em: EntityManager) {}

  liveness(): LivenessDto {
    return { status: 'alive' };
  }

  /** Asks the database. The schema was brought up to date before the server began to listen. */
  async readiness(): Promise<ReadinessDto> {
    const { draining } = this;
    const database = (await this.databaseAnswers()) ? 'up' : 'down';
    const bodies = this.budgets?.bodies.isShort ? 'refused' : 'taken';
    const answers = this.budgets?.answers.isShort ? 'refused' : 'given';
    const isReady = database === 'up' && bodies === 'taken' && answers === 'given' && !draining;
    return { status: isReady ? 'ready' : 'not ready', database, bodies, answers, draining };
  }

  private async databaseAnswers(): Promise<boolean> {
    try {
      const late = AbortSignal.timeout(answerWithin);
      const asked = this.em.fork().execute('select 1');
      await Promise.race([asked, once(late, 'abort').then(() => late.throwIfAborted())]);
      return true;
    } catch (error) {
      this.logger.warn({ err: error }, 'the database does not answer');
      return false;
    }
  }
}
