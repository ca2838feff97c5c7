{# Stages that deals are or were in and that the source does not list. #}
{% test stages_listed(model) %}

select pipeline_id || ' / ' || stage_id as example
from {{ model }}
where is_inferred_member
order by example

{% endtest %}
