-- What is not counted by name was called `other`, like whatever really has that name. It gets a mark that is no name.
-- Which of the answers counted there have the name, only the entries know: the server counts them anew after its start.
create table score_recount (workspace_id uuid primary key);

insert into score_recount
select distinct workspace_id from score_series where 'other' in (instrument, option, channel, language, bot);

update score_series set
  instrument = case instrument when 'other' then U&'\FFFF' else instrument end,
  option = case option when 'other' then U&'\FFFF' else option end,
  channel = case channel when 'other' then U&'\FFFF' else channel end,
  language = case language when 'other' then U&'\FFFF' else language end,
  bot = case bot when 'other' then U&'\FFFF' else bot end
where 'other' in (instrument, option, channel, language, bot);
