{{ config(materialized="view") }}
-- One row per deal and kind of segment. Many rows per deal: where rows of millions of stays are
-- only counted, group_by_segment() does it in one pass without them.
with

deals as (

    select * from {{ ref("fct_deals") }}

)

select source, deal_id, 'all' as segment_type, 'all' as segment
from deals
{% for segment_type, column in segment_columns().items() %}
union all
select source, deal_id, '{{ segment_type }}' as segment_type, {{ column }} as segment
from deals
{% endfor %}
