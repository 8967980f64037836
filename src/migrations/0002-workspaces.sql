create index workspace_newest on workspace (created_at, id);

create table credential (
  id uuid primary key,
  workspace_id uuid not null references workspace,
  name text not null,
  type text not null check (type in ('api-key', 'client')),
  scopes text[] not null,
  bots text[],
  origins text[],
  key_hash text unique,
  previous_key_hash text unique,
  client_id text unique,
  sealed_secret text,
  previous_sealed_secret text,
  previous_until timestamptz(3),
  expires_at timestamptz(3),
  last_used_at timestamptz(3),
  created_at timestamptz(3) not null default now(),
  check (case type
    when 'api-key' then key_hash is not null and client_id is null and sealed_secret is null
    else key_hash is null and client_id is not null and sealed_secret is not null
  end)
);

create index credential_newest on credential (workspace_id, created_at, id);

-- In the database, so that no way of changing a credential can forget to say so. Being used is no change.
create function credential_changed() returns trigger language plpgsql as $$
begin
  perform pg_notify('credential_changed', coalesce(new.id, old.id)::text);
  return null;
end $$;

create trigger credential_changed
after insert or delete or update of
  workspace_id, scopes, bots, origins, key_hash, previous_key_hash, client_id, sealed_secret,
  previous_sealed_secret, previous_until, expires_at
on credential for each row execute function credential_changed();
