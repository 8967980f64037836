import { Migration } from '@mikro-orm/migrations';

export class Migration0002Workspaces extends Migration {
  override up(): void {
    this.addSql(`
      create table credential (
        id uuid primary key,
        workspace_id uuid not null references workspace,
        name text not null,
        type text not null check (type in ('api-key', 'client')),
        scopes text[] not null,
        bots text[],
        origins text[],
        key_hash text unique,
        created_at timestamptz(3) not null default now()
      )`);
    this.addSql(`create index credential_workspace on credential (workspace_id, id)`);
  }
}
