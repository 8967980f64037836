-- Method and path as their SHA-256: a path may be longer than a row of an index.
create table idempotency_key (
  workspace_id uuid not null,
  credential_id text not null,
  operation bytea not null,
  key text not null,
  body_digest bytea not null,
  status smallint,
  location text,
  answer json,
  entry_id uuid,
  created_at timestamptz(3) not null,
  primary key (workspace_id, credential_id, operation, key)
);

create index idempotency_key_age on idempotency_key (created_at);

create index idempotency_key_entry on idempotency_key (workspace_id, entry_id) where entry_id is not null;
