alter table feedback_entry
  add column version text,
  add column language_tag text,
  add column counted_at timestamptz(3);

-- Lists go by the time at which entries count: for what was stored before there was a column for it, the earlier of its
-- two times. The message door's own list goes by the time that its client said.
drop index feedback_entry_newest, feedback_entry_respondent, feedback_entry_words;

create index feedback_entry_newest on feedback_entry
  (workspace_id, (coalesce(counted_at, least(occurred_at, recorded_at))), id);

create index feedback_entry_respondent on feedback_entry
  (workspace_id, respondent, (coalesce(counted_at, least(occurred_at, recorded_at))), id)
where respondent is not null;

create index feedback_entry_words on feedback_entry
  (workspace_id, (coalesce(counted_at, least(occurred_at, recorded_at))), id)
where comment <> '';

create index feedback_entry_message on feedback_entry (workspace_id, score, occurred_at, id)
where source = 'message';

-- The entries that are there get their new columns after the start, in chunks. They are found by their languages meanwhile.
create index feedback_entry_unfilled on feedback_entry (workspace_id, id) where counted_at is null;

create table unfilled_language (
  workspace_id uuid not null,
  language text not null,
  primary key (workspace_id, language)
);

insert into unfilled_language
select distinct workspace_id, language from feedback_entry where language is not null;
