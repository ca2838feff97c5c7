-- What deals referred to when they were last made: the next refresh looks for what has changed.
{%- for model in models_made_per_deal() + models_made_per_period() %}
-- depends_on: {{ ref(model) }}
{%- endfor %}

select * from {{ ref("int_deal_references") }}
