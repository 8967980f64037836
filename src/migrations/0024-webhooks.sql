-- Who wants to be told, of what, and how that went.
create table webhook_endpoint (
  workspace_id uuid not null,
  id uuid not null,
  url text not null,
  description text,
  events text[] not null,
  filter json,
  format text not null check (format in ('standard', 'slack')),
  sealed_secret text not null,
  previous_sealed_secret text,
  previous_until timestamptz(3),
  enabled boolean not null default true,
  disabled_reason text check (disabled_reason in ('asked', 'gone', 'failing')),
  disabled_at timestamptz(3),
  -- The first failure since the last success.
  failing_since timestamptz(3),
  -- Another number at each change, so that a sum over all of them tells whether one has changed.
  revision bigint not null,
  created_at timestamptz(3) not null,
  updated_at timestamptz(3) not null,
  primary key (workspace_id, id)
);

-- What happened, as it is told. The two names are of the people of whom `data` tells, by which it is erased.
create table webhook_event (
  workspace_id uuid not null,
  id uuid not null,
  type text not null,
  happened_at timestamptz(3) not null,
  entry_id uuid,
  respondent text,
  second_name text,
  data json,
  truncated text[],
  primary key (workspace_id, id)
);

create unique index webhook_event_recorded on webhook_event (workspace_id, entry_id) where type = 'feedback.recorded';
create index webhook_event_respondent on webhook_event (workspace_id, respondent) where respondent is not null;
create index webhook_event_second_name on webhook_event (workspace_id, second_name) where second_name is not null;

-- One event on its way to one endpoint. `due_at` is set while it is pending; whoever attempts it moves it to the time at
-- which the attempt is given up for lost.
create table webhook_delivery (
  workspace_id uuid not null,
  endpoint_id uuid not null,
  event_id uuid not null,
  outcome text not null default 'pending' check (outcome in ('pending', 'delivered', 'failed', 'skipped')),
  due_at timestamptz(3),
  -- How many attempts of the schedule are made.
  tries smallint not null default 0,
  attempts jsonb not null default '[]',
  primary key (workspace_id, endpoint_id, event_id),
  check ((outcome = 'pending') = (due_at is not null))
) with (autovacuum_vacuum_scale_factor = 0.02, autovacuum_vacuum_insert_scale_factor = 0.1);

create index webhook_delivery_due on webhook_delivery (workspace_id, endpoint_id, due_at) where outcome = 'pending';
