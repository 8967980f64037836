-- By which rule a question was folded for searching, and when it was disabled. The server folds those of an earlier rule
-- anew after its start, and takes that moment for when the disabled ones were: until then they took answers.
alter table question
  add column fold_version smallint not null default 1,
  add column disabled_at timestamptz(3);
