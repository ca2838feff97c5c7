{# Living deals whose stage no date allows to place in time: they are in fct_deals and have no visits. #}
{% test deals_have_dates(model) %}

select deal_id as example
from {{ model }}
where not has_visits and ended_at is null
order by example

{% endtest %}
