{#
    When an open deal needs a person, in one place.

    history_weeks    The year whose closed deals tell what is usual.
    rotting_share    In its stage for longer than four in five stays of deals that were won: most of
                     what is won from here is won sooner.
    minimum_won      With fewer won deals nobody knows what is usual.
    pseudo_deals     Deals by which the chance at an age leans on that of the whole stage.
    quiet_days       Three weeks without a call, a mail or a meeting.
    pushes           A date that has been moved so often is a wish.
#}
{% macro deal_health_parameters() -%}
    {{ return({
        "history_weeks": 52,
        "rotting_share": 0.8,
        "minimum_won": 20,
        "pseudo_deals": 5,
        "quiet_days": 21,
        "pushes": 2,
    }) }}
{%- endmacro %}
