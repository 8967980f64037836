-- How far back a credential may date what it stores. With the scope `admin` it does not apply.
alter table credential add column backdating text not null default 'P7D';

drop trigger credential_changed on credential;
create trigger credential_changed
after insert or delete or update of
  workspace_id, scopes, bots, origins, backdating, key_hash, previous_key_hash, client_id, sealed_secret,
  previous_sealed_secret, previous_until, expires_at
on credential for each row execute function credential_changed();
