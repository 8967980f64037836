-- What people call the places that answers come from, such as the businesses of the Haptik door, which are numbers.
create table channel_name (
  workspace_id uuid not null,
  channel text not null,
  name text not null,
  primary key (workspace_id, channel)
);
