-- One sequence for all workspaces: a number means the same record everywhere, or nothing.
create table department (
  workspace_id uuid not null,
  id bigint not null generated always as identity,
  name text not null,
  status text not null check (status in ('active', 'disabled')),
  primary key (workspace_id, id),
  constraint department_name unique (workspace_id, name)
);

create table question (
  workspace_id uuid not null,
  id bigint not null generated always as identity,
  question text not null,
  folded text not null,
  type text not null check (type in ('rating', 'text', 'multiple_radio', 'multiple_checkbox')),
  config json not null,
  channels text[] not null,
  status text not null check (status in ('active', 'disabled')),
  created_at timestamptz(3) not null,
  primary key (workspace_id, id)
);

create table question_department (
  workspace_id uuid not null,
  question_id bigint not null,
  department_id bigint not null,
  position integer not null,
  primary key (workspace_id, question_id, department_id),
  foreign key (workspace_id, question_id) references question on delete cascade,
  foreign key (workspace_id, department_id) references department on delete cascade
);

create index question_department_department on question_department (workspace_id, department_id);
