import { Migration } from '@mikro-orm/migrations';

/** When an entry counts. What was stored before there was such a column counts at the earlier of its two times. */
const countedAt = '(coalesce(counted_at, least(occurred_at, recorded_at)))';

export class Migration0009Entries extends Migration {
  override up(): void {
    this.addSql(`
      alter table feedback_entry
        add column version text,
        add column language_tag text,
        add column counted_at timestamptz(3)`);

    // Lists go by the time at which entries count; the message door's own goes by the time that its client said.
    this.addSql(`drop index feedback_entry_newest, feedback_entry_respondent, feedback_entry_words`);
    this.addSql(`create index feedback_entry_newest on feedback_entry (workspace_id, ${countedAt}, id)`);
    this.addSql(`
      create index feedback_entry_respondent on feedback_entry (workspace_id, respondent, ${countedAt}, id)
      where respondent is not null`);
    this.addSql(
      `create index feedback_entry_words on feedback_entry (workspace_id, ${countedAt}, id) where comment <> ''`,
    );
    this.addSql(`
      create index feedback_entry_message on feedback_entry (workspace_id, score, occurred_at, id)
      where source = 'message'`);

    // The entries that are there get their new columns after the start, in chunks. They are found by their languages meanwhile.
    this.addSql(`create index feedback_entry_unfilled on feedback_entry (workspace_id, id) where counted_at is null`);
    this.addSql(`
      create table unfilled_language (
        workspace_id uuid not null,
        language text not null,
        primary key (workspace_id, language)
      )`);
    this.addSql(`
      insert into unfilled_language
      select distinct workspace_id, language from feedback_entry where language is not null`);
  }
}
