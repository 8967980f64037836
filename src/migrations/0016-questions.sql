-- By which rule a question was folded for searching. The server folds those of an earlier one anew after its start.
alter table question add column fold_version smallint not null default 1;
