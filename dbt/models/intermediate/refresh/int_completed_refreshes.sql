{{ config(materialized=made_per_deal()) }}
-- Refreshes after which all models that are made anew for changed deals only were in step: it comes
-- after every one of them.
{%- for model in models_made_per_deal() %}
-- depends_on: {{ ref(model) }}
{%- endfor %}

select newest.refresh_number
from {{ refresh_scope() }} as newest
