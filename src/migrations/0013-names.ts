import { Migration } from '@mikro-orm/migrations';

/** The columns of a series that hold names. */
const named = ['instrument', 'option', 'channel', 'language', 'bot'];

export class Migration0013Names extends Migration {
  override up(): void {
    // What is not counted by name was called `other`, like whatever really has that name. It gets a mark that is no name.
    // Which of the answers counted there have the name, only the entries know: the server counts them anew after its start.
    this.addSql(`create table score_recount (workspace_id uuid primary key)`);
    this.addSql(`
      insert into score_recount
      select distinct workspace_id from score_series where 'other' in (${named.join(', ')})`);
    const marked = named.map((column) => `${column} = case ${column} when 'other' then U&'\\FFFF' else ${column} end`);
    this.addSql(`update score_series set ${marked.join(', ')} where 'other' in (${named.join(', ')})`);
  }
}
