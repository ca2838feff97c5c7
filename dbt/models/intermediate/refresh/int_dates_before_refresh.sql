-- Dates of the affected deals as the last refresh knew them. It reads what is about to be made
-- anew, so all models that are made per deal come after it.
{{ dates_of_affected_deals(before=true) }}
