{#
    Rows with an optional value that has a text and cannot be read as its type; such a value is null
    from staging on. `unreadable_fields` is a list of names, each followed by a comma.
#}
{% test values_readable(model, key) %}

select coalesce({{ key }}, 'unknown') || ' (' || trim(both ',' from unreadable_fields) || ')' as example
from {{ model }}
where unreadable_fields != ''
order by example

{% endtest %}
