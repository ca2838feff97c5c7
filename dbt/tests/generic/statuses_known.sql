{#
    Statuses of leads that the seed canonical_stages does not know, most frequent first. Such leads
    have visits, and count as qualified by their deals only.
#}
{% test statuses_known(model, history) %}

with

used as (

    select source, lead_id, status
    from {{ model }}

    union distinct

    select source, lead_id, status
    from {{ history }}

),

counted as (

    select
        {{ plain_word("used.status") }} as raw_name,
        count(*) as leads
    from used
    left join {{ ref("canonical_stages") }} as known
        on {{ plain_word("used.status") }} = known.raw_name and known.entity = 'lead'
    where used.status is not null and known.raw_name is null
    group by 1

)

select
    raw_name || ' (' || cast(leads as {{ dbt.type_string() }})
    || ' leads; give it a line in dbt/seeds/canonical_stages.csv)' as example
from counted
order by leads desc, raw_name

{% endtest %}
