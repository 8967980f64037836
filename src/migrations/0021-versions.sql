-- Answers are told apart by the version that they are about, in a roll-up beside the leaves. Those that are there are
-- counted anew after the start.
alter table score_series add column version text not null default '';

do $$ begin
  execute (select format('alter table score_series drop constraint %I', conname)
    from pg_constraint where conrelid = 'score_series'::regclass and contype = 'u');
end $$;

alter table score_series
  add unique (workspace_id, kept, source, instrument, scale, option, channel, language, bot, version);

-- The newer one of the two indexes, see 0007.
alter table score_series drop constraint score_series_pkey;
alter table score_series add primary key (workspace_id, id);

insert into score_recount select distinct workspace_id from score_series on conflict do nothing;
