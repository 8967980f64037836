-- Databases of the earliest servers have the column and its index already.
-- Of an answer that tells of a person and not of an entry: it is erased with them.
alter table idempotency_key add column if not exists respondent text;
create index if not exists idempotency_key_respondent on idempotency_key (workspace_id, respondent) where respondent is not null;
