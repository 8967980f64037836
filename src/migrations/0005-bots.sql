create table bot (
  workspace_id uuid not null,
  id text not null,
  name text not null,
  org_id text not null,
  account_id text not null,
  user_id text not null,
  created_at timestamptz(3) not null,
  updated_at timestamptz(3) not null,
  primary key (workspace_id, id)
);

create index bot_newest on bot (workspace_id, created_at, id);

create index feedback_entry_survey on feedback_entry (workspace_id, bot, recorded_at, external_id)
where source = 'survey';
