-- Workspaces can be deleted, and one is marked when the demonstration is loaded into it. Before, the demonstration was
-- loaded beside whatever a workspace held, and each of its records was noted in a table. What is noted there is removed
-- here as `demo clear` did it, since that command now deletes a workspace.

alter table workspace add column demo boolean not null default false;

-- The row of a deleted workspace is gone at once; this one stays until nothing can come after it.
create table deleted_workspace (
  workspace_id uuid primary key,
  deleted_at timestamptz(3) not null,
  swept_at timestamptz(3)
);

-- The name under which a part of an entry was counted: `other` where that name had no place among those counted apart.
create function pg_temp.counted(workspace uuid, dimension text, owner text, name text) returns text language sql stable as $$
  select case
    when $4 is null then ''
    when exists (
      select from score_name place
      where (place.workspace_id, place.dimension, place.owner, place.name) = ($1, $2, $3, $4)) then $4
    else 'other'
  end
$$;

-- Entries are locked in the order of everybody who locks them. The journal of the counts takes back what they had added.
-- Their languages were canonical.
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
    and series.instrument = pg_temp.counted(removed.workspace_id, 'instrument', removed.source, removed.instrument)
    and series.option
      = pg_temp.counted(removed.workspace_id, 'option', removed.source || '/' || removed.instrument, tick.name)
    and series.channel = pg_temp.counted(removed.workspace_id, 'channel', '', removed.channel)
    and series.language = pg_temp.counted(removed.workspace_id, 'language', '', removed.language)
    and series.bot = pg_temp.counted(removed.workspace_id, 'bot', '', removed.bot)
  group by 1, 2, 3, 4, 5
)
insert into score_change (workspace_id, series_id, score, resolved, at, delta)
select workspace_id, array_agg(series_id), array_agg(score), array_agg(resolved), array_agg(at), array_agg(delta)
from (select *, row_number() over (partition by workspace_id) / 1000 as slice from change) numbered
group by workspace_id, slice;

drop function pg_temp.counted;

-- What has been put to use since stays: a bot or a question with other answers, a department with other questions.
delete from bot
where (workspace_id, 'bot', id) in (select workspace_id, kind, demo_record.id from demo_record)
  and not exists (
    select from feedback_entry entry where entry.workspace_id = bot.workspace_id
      and entry.source = 'survey' and entry.bot = bot.id);

delete from question
where (workspace_id, 'question', id::text) in (select workspace_id, kind, demo_record.id from demo_record)
  and not exists (
    select from feedback_entry entry where entry.workspace_id = question.workspace_id
      and entry.source = 'question' and entry.instrument = question.id::text);

delete from department
where (workspace_id, 'department', id::text) in (select workspace_id, kind, demo_record.id from demo_record)
  and not exists (
    select from question_department asked where asked.workspace_id = department.workspace_id
      and asked.department_id = department.id);

drop table demo_record;
