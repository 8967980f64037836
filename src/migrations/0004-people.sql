create table person (
  workspace_id uuid not null,
  respondent text not null,
  mobile_no text,
  email text,
  name text,
  language_code text,
  custom_data json,
  created_at timestamptz(3) not null,
  updated_at timestamptz(3) not null,
  primary key (workspace_id, respondent)
);

create table conversation (
  workspace_id uuid not null,
  respondent text not null,
  business text not null,
  id uuid not null,
  last_message_at timestamptz not null,
  primary key (workspace_id, respondent, business),
  foreign key (workspace_id, respondent) references person on delete cascade
);

create sequence message_id as bigint maxvalue 9007199254740991;

create table message (
  workspace_id uuid not null,
  id bigint not null default nextval('message_id'),
  respondent text not null,
  conversation uuid not null,
  body text not null,
  type smallint not null,
  created_at timestamptz(3) not null,
  primary key (workspace_id, id),
  foreign key (workspace_id, respondent) references person on delete cascade
);

create index message_respondent on message (workspace_id, respondent);

-- Full precision: the hour ends to the microsecond at which it began.
create table feedback_window (
  workspace_id uuid not null,
  business text not null,
  respondent text not null,
  entry_id uuid not null,
  closes_at timestamptz not null,
  primary key (workspace_id, business, respondent)
);

create index feedback_window_respondent on feedback_window (workspace_id, respondent);
