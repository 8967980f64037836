-- Of an answer that tells of a person and not of an entry: it is erased with them.
alter table idempotency_key add column respondent text;
create index idempotency_key_respondent on idempotency_key (workspace_id, respondent) where respondent is not null;
