{#
    The pipeline that a recorded entry into a stage belongs to, where its source does not say: the
    deal's own, if that lists the stage; else the only one that does, for the deal has switched since.
    Asks for the joins of joins_for_pipeline_of_entry().
#}
{% macro pipeline_of_entry() -%}
    coalesce(
        history.pipeline_id,
        listed.pipeline_id,
        listed_elsewhere.pipeline_id,
        deals.pipeline_id
    )
{%- endmacro %}

{# Joins `history` and `deals` with the stages that their source lists. #}
{% macro joins_for_pipeline_of_entry() -%}
    left join {{ ref("int_stages_unioned") }} as listed
        on
            history.pipeline_id is null
            and deals.source = listed.source
            and deals.pipeline_id = listed.pipeline_id
            and history.stage_id = listed.stage_id
    left join (
        select source, stage_id, min(pipeline_id) as pipeline_id
        from {{ ref("int_stages_unioned") }}
        group by source, stage_id
        having count(*) = 1
    ) as listed_elsewhere
        on
            history.pipeline_id is null
            and history.source = listed_elsewhere.source
            and history.stage_id = listed_elsewhere.stage_id
{%- endmacro %}
