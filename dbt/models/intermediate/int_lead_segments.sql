-- One row per living lead and kind of segment, so that a segmented mart is a join and a GROUP BY.
with

leads as (

    select * from {{ ref("int_leads_unioned") }}
    where deleted_at is null

),

reps as (

    select * from {{ ref("dim_reps") }}

),

described as (

    select
        leads.source,
        leads.lead_id,
        reps.rep_id,
        reps.team,
        reps.region,
        coalesce(leads.lead_source, 'unknown') as lead_source,
        {{ size_band("leads.employee_count") }} as size_band
    from leads
    left join reps
        on leads.source = reps.source and coalesce(leads.rep_id, 'unknown') = reps.rep_id

)
{% for segment_type, segment in [
    ("all", "'all'"),
    ("team", "team"),
    ("rep", "rep_id"),
    ("lead_source", "lead_source"),
    ("size_band", "size_band"),
    ("region", "region"),
] %}
select source, lead_id, '{{ segment_type }}' as segment_type, {{ segment }} as segment
from described
{% if not loop.last -%}
union all
{% endif -%}
{% endfor %}
