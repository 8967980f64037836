create table workspace (
  id uuid primary key,
  slug text not null unique,
  name text not null,
  created_at timestamptz(3) not null default now()
);

-- The administrator's key acts here, so this one is there from the beginning, under a number that all replicas know.
insert into workspace (id, slug, name) values ('00000000-0000-7000-8000-000000000001', 'default', 'Default');

-- No foreign key to the workspace: its check would lock the one workspace row in every batch.
create table feedback_entry (
  workspace_id uuid not null,
  id uuid not null,
  source text not null,
  external_id text,
  instrument text not null,
  scale text not null,
  score smallint,
  resolved boolean,
  options json,
  choices json,
  respondent text,
  conversation text,
  message text,
  channel text,
  language text,
  bot text,
  prompt text,
  comment text,
  reasons json,
  properties json,
  user_properties json,
  sources json,
  occurred_at timestamptz(3) not null,
  recorded_at timestamptz(3) not null,
  updated_at timestamptz(3) not null,
  primary key (workspace_id, id)
);

create unique index feedback_entry_external_id on feedback_entry (workspace_id, source, external_id)
where external_id is not null;

create index feedback_entry_newest on feedback_entry (workspace_id, occurred_at, id);

create index feedback_entry_respondent on feedback_entry (workspace_id, respondent, occurred_at, id)
where respondent is not null;
