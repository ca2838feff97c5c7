{{ config(materialized=made_in_parts()) }}
-- Refreshes after which all models that are made anew in parts were in step: it comes after every
-- one of them.
{%- for model in models_made_per_deal() + models_made_per_period() %}
-- depends_on: {{ ref(model) }}
{%- endfor %}
-- depends_on: {{ ref("int_refreshed_references") }}

select newest.refresh_number
from {{ refresh_scope() }} as newest
where {{ is_whole_refresh() | string | lower }}
