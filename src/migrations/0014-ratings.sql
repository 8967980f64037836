-- Ratings were stored as one of five whatever their length, and as a choice if that was above five. What a question
-- offered tells its length; the server looks through the entries of these workspaces after its start.
create table unfilled_rating (
  workspace_id uuid primary key,
  seen uuid not null default '00000000-0000-0000-0000-000000000000',
  listed_at timestamptz(3) not null default now()
);

insert into unfilled_rating
select workspace_id from question where type = 'rating' union
select workspace_id from score_series where source = 'question' and scale in ('rating', 'choice');
