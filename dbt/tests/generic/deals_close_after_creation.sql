{# Deals that were closed on a day before they were created. #}
{% test deals_close_after_creation(model) %}

select
    deal_id || ' (created ' || cast(created_date as {{ dbt.type_string() }}) || ', closed '
    || cast(closed_date as {{ dbt.type_string() }}) || ')' as example
from {{ model }}
where closed_date < created_date
order by example

{% endtest %}
