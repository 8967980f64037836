-- Of an entry whose respondent is the `userId`: the person is known by the `id` as well, and asks to be erased by it.
create index feedback_entry_second_name on feedback_entry
  (workspace_id, (left(normalize(user_properties ->> 'id'), 256)))
where user_properties ->> 'userId' is not null and user_properties ->> 'id' is not null;
