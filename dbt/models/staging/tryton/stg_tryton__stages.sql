-- The states of an opportunity are the stages of the one pipeline there is. One that was converted
-- has a quotation and is still open; one that is cancelled was not won.
with

{{ tryton_texts("stages", {"stage_id": "id", "stage_name": "name", "position": "position"}) }},

located as (

    select
        *,
        'sale.opportunity' as pipeline_id,
        'Opportunities' as pipeline_name,
        case
            when stage_id = 'won' then 'won'
            when stage_id in ('lost', 'cancelled') then 'lost'
            else 'open'
        end as kind
    from texts

),

{{ typed_versions(
    "stages",
    ["pipeline_id", "pipeline_name", "stage_id", "stage_name", "position", "kind"],
    "located",
) }}
