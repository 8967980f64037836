-- A team notes how far it is with an entry; null: new.
alter table feedback_entry
  add column words text,
  add column state text check (state in ('seen', 'done')),
  add column note text,
  add column reviewed_by text,
  add column reviewed_at timestamptz(3);

create index feedback_entry_state on feedback_entry
  (workspace_id, state, (coalesce(counted_at, least(occurred_at, recorded_at))), id)
where state is not null;

-- The words of an entry, as searching sees them; only entries with words are in the index. Those of the entries that are
-- there are filled after the start, in chunks.
create index feedback_entry_said on feedback_entry
  (workspace_id, (coalesce(counted_at, least(occurred_at, recorded_at))), id)
where words <> '';

create index feedback_entry_wordless on feedback_entry (workspace_id, id)
where words is null and (comment is not null or reasons is not null);
