create table release (
  workspace_id uuid not null,
  id uuid not null,
  name text not null,
  version text,
  bot text,
  at timestamptz(3) not null,
  retrospective boolean not null,
  created_at timestamptz(3) not null,
  updated_at timestamptz(3) not null,
  primary key (workspace_id, id)
);

create index release_newest on release (workspace_id, at, id);
