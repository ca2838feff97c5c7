{# Rows with an amount that no rate translates: their amount in the reporting currency is null. #}
{% test rate_present(model, key) %}

select {{ key }} || ' (' || currency || ')' as example
from {{ model }}
where amount is not null and amount_reporting is null
order by example

{% endtest %}
