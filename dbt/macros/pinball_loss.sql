{#
    Mean pinball loss of a forecast in three quantiles, in the unit of the actual; null without an
    interval. At quantile q an actual above costs q per unit and one below 1 - q, so that only the
    true quantile is cheapest.
#}
{% macro pinball_loss(actual, p10, p50, p90) -%}
    (
        greatest(0.1e0 * ({{ actual }} - {{ p10 }}), 0.9e0 * ({{ p10 }} - {{ actual }}))
        + greatest(0.5e0 * ({{ actual }} - {{ p50 }}), 0.5e0 * ({{ p50 }} - {{ actual }}))
        + greatest(0.9e0 * ({{ actual }} - {{ p90 }}), 0.1e0 * ({{ p90 }} - {{ actual }}))
    ) / 3
{%- endmacro %}
