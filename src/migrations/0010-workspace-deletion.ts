import { Migration } from '@mikro-orm/migrations';

export class Migration0010WorkspaceDeletion extends Migration {
  override up(): void {
    // The row of a deleted workspace is gone at once; this one stays until nothing can come after it.
    this.addSql(`
      create table deleted_workspace (
        workspace_id uuid primary key,
        deleted_at timestamptz(3) not null,
        swept_at timestamptz(3)
      )`);
  }
}
