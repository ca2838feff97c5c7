-- Dates of the affected deals as the last refresh knew them. It reads what is about to be made
-- anew, so all models that are made per deal come after it,
-- and after the other one that does so.
-- depends_on: {{ ref("int_stays_before_refresh") }}
{{ dates_of_affected_deals(before=true) }}
