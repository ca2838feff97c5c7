{#
    Days that rates and averages of metrics look back, the day itself included: a quarter of a year, so
    that a month with a handful of closed deals is not noise. One home for the metric layer and for
    sales velocity, which are to agree.
#}
{% macro trailing_days() -%}
    {{ return(90) }}
{%- endmacro %}

{# A share or an average as a double; null where the denominator is zero. #}
{% macro ratio(numerator, denominator) -%}
    cast({{ numerator }} as double) / nullif(cast({{ denominator }} as double), 0)
{%- endmacro %}

{#
    What one of the factors of a product of four contributed to the product's change: its own change
    times the mean of the product of the other three, over all orders in which the four can change.
    The contributions of the four sum to the change exactly, and no factor is favoured by its place.
    The Shapley/Sun decomposition (Shapley 1953; Sun 1998, Energy Economics 20; Ang 2004, Energy
    Policy 32). Chosen over LMDI, whose logarithms know no zero (Wood and Lenzen 2006, Energy Policy
    34): a segment with no open deal is an ordinary one. Of each factor x there are two columns, x and
    previous_x.
#}
{% macro contribution_to_change(factor, factors) -%}
    {%- set (a, b, c) = factors | reject("equalto", factor) -%}
    ({{ factor }} - previous_{{ factor }}) * (
        (
            previous_{{ a }} * previous_{{ b }} * previous_{{ c }}
            + {{ a }} * {{ b }} * {{ c }}
        ) / 4
        + (
            {{ a }} * previous_{{ b }} * previous_{{ c }}
            + previous_{{ a }} * {{ b }} * previous_{{ c }}
            + previous_{{ a }} * previous_{{ b }} * {{ c }}
            + previous_{{ a }} * {{ b }} * {{ c }}
            + {{ a }} * previous_{{ b }} * {{ c }}
            + {{ a }} * {{ b }} * previous_{{ c }}
        ) / 12
    )
{%- endmacro %}

{# The columns of int_daily_measures that a metric may be made of. #}
{% macro metric_measures() -%}
    {{ return([
        "created_deals",
        "created_amount",
        "won_deals",
        "won_amount",
        "lost_deals",
        "trailing_won_deals",
        "trailing_won_amount",
        "trailing_won_deals_with_amount",
        "trailing_won_cycle_days",
        "trailing_won_deals_with_cycle",
        "trailing_lost_deals",
        "trailing_closed_deals",
        "trailing_closed_amount",
        "open_deals",
        "open_amount_reporting",
        "cycle_days",
        "expected_open_amount",
    ]) }}
{%- endmacro %}
