import { Migration } from '@mikro-orm/migrations';

/** The name under which a part of an entry was counted: `other` where that name had no place among those counted apart. */
const counted = (dimension: string, owner: string, name: string): string => `
  case when ${name} is null then '' when exists (
    select from score_name place where place.workspace_id = removed.workspace_id
      and (place.dimension, place.owner, place.name) = ('${dimension}', ${owner}, ${name}))
  then ${name} else 'other' end`;

/** A record that the demonstration noted. */
const noted = (kind: string, table: string): string => `
  exists (select from demo_record noted where noted.workspace_id = ${table}.workspace_id
    and noted.kind = '${kind}' and noted.id = ${table}.id::text)`;

/**
 * Workspaces can be deleted, and one is marked when the demonstration is loaded into it. Before, the demonstration was
 * loaded beside whatever a workspace held, and each of its records was noted in a table. What is noted there is removed
 * here as `demo clear` did it, since that command now deletes a workspace.
 */
export class Migration0010WorkspaceDeletion extends Migration {
  override up(): void {
    this.addSql(`alter table workspace add column demo boolean not null default false`);
    // The row of a deleted workspace is gone at once; this one stays until nothing can come after it.
    this.addSql(`
      create table deleted_workspace (
        workspace_id uuid primary key,
        deleted_at timestamptz(3) not null,
        swept_at timestamptz(3)
      )`);

    // Rows of entries are locked in the order of everybody who locks them. The journal of the counts takes back what they had
    // added. Their languages were canonical.
    this.addSql(`
      with locked as materialized (
        select entry.workspace_id, entry.id
        from demo_record noted join feedback_entry entry on entry.workspace_id = noted.workspace_id
          and entry.id = case when noted.kind = 'entry' then noted.id::uuid end
        order by entry.workspace_id, source, external_id collate "C", entry.id for update of entry
      ), removed as (
        delete from feedback_entry entry using locked
        where (entry.workspace_id, entry.id) = (locked.workspace_id, locked.id) returning entry.*
      ), change as (
        select removed.workspace_id, series.id as series_id,
          case when tick.name is null then removed.score end as score,
          case when tick.name is null then removed.resolved end as resolved,
          to_timestamp(floor(extract(epoch from least(occurred_at, recorded_at)) / 900) * 900) as at, -count(*)::int as delta
        from removed
        cross join lateral (
          select null as name
          union all select coalesce(nullif(value, ''), 'other') from json_array_elements_text(removed.options) as value
        ) tick
        join score_series series on series.workspace_id = removed.workspace_id and series.kept = 'all'
          and (series.source, series.scale) = (removed.source, removed.scale)
          and series.instrument = ${counted('instrument', 'removed.source', 'removed.instrument')}
          and series.option = ${counted('option', `removed.source || '/' || removed.instrument`, 'tick.name')}
          and series.channel = ${counted('channel', `''`, 'removed.channel')}
          and series.language = ${counted('language', `''`, 'removed.language')}
          and series.bot = ${counted('bot', `''`, 'removed.bot')}
        group by 1, 2, 3, 4, 5
      )
      insert into score_change (workspace_id, series_id, score, resolved, at, delta)
      select workspace_id, array_agg(series_id), array_agg(score), array_agg(resolved), array_agg(at), array_agg(delta)
      from (select *, row_number() over (partition by workspace_id) / 1000 as slice from change) numbered
      group by workspace_id, slice`);

    // What has been put to use since stays: a bot or a question with other answers, a department with other questions.
    this.addSql(`
      delete from bot where ${noted('bot', 'bot')} and not exists (
        select from feedback_entry entry where entry.workspace_id = bot.workspace_id
          and entry.source = 'survey' and entry.bot = bot.id)`);
    this.addSql(`
      delete from question where ${noted('question', 'question')} and not exists (
        select from feedback_entry entry where entry.workspace_id = question.workspace_id
          and entry.source = 'question' and entry.instrument = question.id::text)`);
    this.addSql(`
      delete from department where ${noted('department', 'department')} and not exists (
        select from question_department asked where asked.workspace_id = department.workspace_id
          and asked.department_id = department.id)`);
    this.addSql(`drop table demo_record`);
  }
}
