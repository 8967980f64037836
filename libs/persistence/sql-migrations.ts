import { readdirSync, readFileSync } from 'node:fs';
import { Migration } from '@mikro-orm/migrations';

/** A migration as MikroORM takes it. */
export interface SqlMigration {
  name: string;
  class: new (...given: ConstructorParameters<typeof Migration>) => Migration;
}

/**
 * The migrations in `folder`, in the order of their names: each file of SQL is one, whose statements are carried out in one
 * transaction. The database knows `0012-more-notes.sql` as `Migration0012MoreNotes`.
 */
export function migrationsIn(folder: URL): SqlMigration[] {
  const files = readdirSync(folder).filter((file) => file.endsWith('.sql'));
  return files.toSorted().map((file) => migrationOf(file, readFileSync(new URL(file, folder), 'utf8')));
}

function migrationOf(file: string, statements: string): SqlMigration {
  const name = file.replace('.sql', '').replaceAll(/-(\w)/g, (_, letter: string) => letter.toUpperCase());
  return {
    name: `Migration${name}`,
    class: class extends Migration {
      override up(): void {
        this.addSql(statements);
      }
    },
  };
}
