{# Rows without a value that the reports live on. #}
{% test value_present(model, key, column) %}

select {{ key }} as example
from {{ model }}
where {{ column }} is null
order by example

{% endtest %}
