create table score_name (
  workspace_id uuid not null,
  dimension text not null,
  owner text not null,
  name text not null,
  primary key (workspace_id, dimension, owner, name)
);

create table score_series (
  workspace_id uuid not null,
  id bigint generated always as identity,
  source text not null,
  instrument text not null,
  scale text not null,
  option text not null,
  kept text not null,
  channel text not null,
  language text not null,
  bot text not null,
  total_id bigint,
  channel_id bigint,
  language_id bigint,
  bot_id bigint,
  unique (workspace_id, kept, source, instrument, scale, option, channel, language, bot)
);

-- Of two indexes that seem to cost the same PostgreSQL takes the newer one. While its statistics know of few names in a
-- workspace, it would look up an id among all names of the workspace.
alter table score_series add primary key (workspace_id, id);

create table score_change (
  workspace_id uuid not null,
  id bigint generated always as identity,
  series_id bigint[] not null,
  score smallint[] not null,
  resolved boolean[] not null,
  at timestamptz[] not null,
  delta integer[] not null,
  primary key (workspace_id, id)
);

-- Rows are updated in place as long as their page has room; no index holds a counter.
create table score_count (
  workspace_id uuid not null,
  series_id bigint not null,
  minutes smallint not null,
  at timestamptz not null,
  n integer not null default 0,
  s0 integer not null default 0,
  s1 integer not null default 0,
  s2 integer not null default 0,
  s3 integer not null default 0,
  s4 integer not null default 0,
  s5 integer not null default 0,
  s6 integer not null default 0,
  s7 integer not null default 0,
  s8 integer not null default 0,
  s9 integer not null default 0,
  s10 integer not null default 0,
  resolved integer not null default 0,
  unresolved integer not null default 0,
  primary key (workspace_id, series_id, minutes, at)
) with (fillfactor = 80);

create index feedback_entry_words on feedback_entry (workspace_id, occurred_at, id) where comment <> '';
