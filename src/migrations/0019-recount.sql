-- Entries that were stored before there were score counts have never been counted: no migration did so. Where a workspace
-- may have any, the server counts its entries anew after the start. Ids of entries begin with the time in milliseconds,
-- so the first one of a workspace tells. Replicas of the release before may have stored some for a while after the
-- migration.
with counting as (
  select coalesce(min(executed_at), now()) as since from schema_migration where name = 'Migration0007ScoreCounts'
), first as (
  select workspace.id, (
    select entry.id from feedback_entry entry where entry.workspace_id = workspace.id order by entry.id limit 1) as entry
  from workspace
), dated as (
  select first.id, since, to_timestamp(('x' || left(replace(entry::text, '-', ''), 12))::bit(48)::bigint / 1000.0) as at
  from first, counting where entry is not null
)
insert into score_recount
select id from dated where at < since + interval '1 day' and exists (select from dated where at < since)
on conflict do nothing;
