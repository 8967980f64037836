-- No foreign keys: what was made for the demonstration may be removed like anything else.
create table demo_record (
  workspace_id uuid not null,
  kind text not null check (kind in ('entry', 'bot', 'question', 'department')),
  id text not null,
  primary key (workspace_id, kind, id)
);
