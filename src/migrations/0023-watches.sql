create table watch (
  workspace_id uuid not null,
  id uuid not null,
  name text not null,
  kind text not null,
  source text not null,
  instrument text not null,
  scale text not null,
  metric text not null,
  filters json not null,
  target double precision,
  direction text,
  step text not null,
  tz text not null,
  begins_at timestamptz(3) not null,
  weekdays json,
  state text not null,
  raised json,
  -- The step that is looked at next, and from when on it can be.
  next_from timestamptz(3) not null,
  next_to timestamptz(3) not null,
  due_at timestamptz(3) not null,
  -- How many items its history has, and what is followed of the steps that were looked at.
  items integer not null,
  vigil json not null,
  created_at timestamptz(3) not null,
  updated_at timestamptz(3) not null,
  ended_at timestamptz(3),
  primary key (workspace_id, id)
);

create index watch_newest on watch (workspace_id, created_at, id) where ended_at is null;
create index watch_due on watch (due_at) where ended_at is null;

-- What a watch said, for good: no statement of the server changes or deletes a row.
create table watch_history (
  workspace_id uuid not null,
  watch_id uuid not null,
  number integer not null,
  at timestamptz(3) not null,
  item json not null,
  primary key (workspace_id, watch_id, number)
);
