import { Migration } from '@mikro-orm/migrations';

export class Migration0009Entries extends Migration {
  override up(): void {
    this.addSql(`alter table feedback_entry add column version text`);
  }
}
