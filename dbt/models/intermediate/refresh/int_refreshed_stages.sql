-- The stages by which all deals were last made: the next refresh looks for what has changed.
{%- for model in models_made_per_deal() %}
-- depends_on: {{ ref(model) }}
{%- endfor %}

select
    source,
    pipeline_id,
    stage_id,
    stage_name,
    position,
    kind,
    open_rank
from {{ ref("int_stages") }}
