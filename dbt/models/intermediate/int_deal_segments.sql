-- One row per deal and kind of segment, so that a segmented mart is one join and one GROUP BY.
with

deals as (

    select * from {{ ref("fct_deals") }}

)
{% for segment_type, segment in [
    ("all", "'all'"),
    ("team", "team"),
    ("rep", "rep_id"),
    ("lead_source", "lead_source"),
    ("size_band", "size_band"),
    ("region", "region"),
    ("deal_type", "deal_type"),
] %}
select source, deal_id, '{{ segment_type }}' as segment_type, {{ segment }} as segment
from deals
{% if not loop.last -%}
union all
{% endif -%}
{% endfor %}
