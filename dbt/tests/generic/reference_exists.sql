{#
    Rows whose reference is given and leads to nothing. `via` is the column, `to` the model and
    `field` its column; both have a `source`. A null reference is another check's business. Where the
    model is not cut at as-of, `happened_at` is the column by which its rows are: what they refer to
    may not exist yet. The column `example` is what the quality report shows.
#}
{% test reference_exists(model, key, via, to, field, happened_at=none) %}

select child.{{ key }} || ' ({{ via }} ' || child.{{ via }} || ')' as example
from {{ model }} as child
left join {{ to }} as parent
    on child.source = parent.source and child.{{ via }} = parent.{{ field }}
where
    child.{{ via }} is not null and parent.{{ field }} is null
    {%- if happened_at %}
    and child.{{ happened_at }} <= {{ as_of() }}
    {%- endif %}
order by example

{% endtest %}
