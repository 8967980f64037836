import { once } from 'node:events';
import { EntityManager } from '@mikro-orm/postgresql';
import type { ByteBudget } from '#libs/byte-budget';
import { refusedStatements } from '#libs/persistence';
import { Injectable, Logger } from '@nestjs/common';
import { LivenessDto, ReadinessDto } from './health.dto.js';

/** Milliseconds after which a database that hangs counts as down. */
const answerWithin = 1_000;

/** The disk is full, or does not take what is written (SQLSTATE). */
const storageFailures = ['53100', '58030'];

@Injectable()
export class HealthService {
  private readonly logger = new Logger(HealthService.name);
  /** Whether the server is stopping. /readyz says so, that no new requests are sent here. */
  draining = false;
  /** What bodies that arrive may take, and answers that wait to be taken. */
  budgets?: { bodies: ByteBudget; answers: ByteBudget };
  /** How many failures of the storage were seen when it last took something. */
  private settledFailures = 0;

  constructor(private readonly em: EntityManager) {}

  liveness(): LivenessDto {
    return { status: 'alive' };
  }

  /** Asks the database. The schema was brought up to date before the server began to listen. */
  async readiness(): Promise<ReadinessDto> {
    const { draining } = this;
    const isUp = await this.databaseAnswers();
    const database = isUp ? 'up' : 'down';
    const storage = (await this.storageTakes(isUp)) ? 'written' : 'refused';
    const bodies = this.budgets?.bodies.isShort ? 'refused' : 'taken';
    const answers = this.budgets?.answers.isShort ? 'refused' : 'given';
    const takes = storage === 'written' && bodies === 'taken' && answers === 'given';
    const isReady = database === 'up' && takes && !draining;
    return { status: isReady ? 'ready' : 'not ready', database, storage, bodies, answers, draining };
  }

  /** Once it has failed, nobody may write any more who would tell that there is room again: it is tried. */
  private async storageTakes(databaseIsUp: boolean): Promise<boolean> {
    const failures = storageFailures.reduce((sum, code) => sum + (refusedStatements.get(code) ?? 0), 0);
    if (failures === this.settledFailures) return true;
    if (!databaseIsUp) return false;
    try {
      await this.em.fork().transactional(async (em) => {
        await em.execute(
          'create temporary table room on commit drop as select repeat(md5(n::text), 200) from generate_series(1, 200) n',
        );
      });
      this.settledFailures = failures;
      return true;
    } catch (error) {
      this.logger.warn({ err: error }, 'the storage of the database takes nothing');
      return false;
    }
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
