{#
    Rows whose reference is given and leads to nothing. `via` is the column, `to` the model and
    `field` its column; both have a `source`. A null reference is another check's business. Where the
    model is not cut at as-of, `happened_at` is the column by which its rows are: what they refer to
    may not exist yet. A source that brings nothing of what its rows refer to beside one that does
    names the ids of another system, and is not judged. The column `example` is what the quality
    report shows.
#}
{% test reference_exists(model, key, via, to, field, happened_at=none) %}

select child.{{ key }} || ' ({{ via }} ' || child.{{ via }} || ')' as example
from {{ model }} as child
left join {{ to }} as parent
    on child.source = parent.source and child.{{ via }} = parent.{{ field }}
where
    child.{{ via }} is not null and parent.{{ field }} is null
    and (
        child.source in (select source from {{ to }})
        or not exists (select source from {{ to }})
    )
    {%- if happened_at %}
    and child.{{ happened_at }} <= {{ as_of() }}
    {%- endif %}
order by example

{% endtest %}
