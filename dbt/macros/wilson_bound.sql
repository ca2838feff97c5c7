{#
    Bound of the 95% Wilson score interval for k successes out of n, 0 to 1; null for n = 0.
    Wilson (1927): (p + z^2/2n -+ z sqrt(p(1-p)/n + z^2/4n^2)) / (1 + z^2/n).
#}
{% macro wilson_bound(successes, trials, sign) -%}
    {%- set z = "1.959963984540054" -%}
    {%- set p = "(cast(" ~ successes ~ " as double) / nullif(" ~ trials ~ ", 0))" -%}
    (
        {{ p }} + {{ z }} * {{ z }} / (2 * {{ trials }})
        {{ sign }} {{ z }} * sqrt(
            {{ p }} * (1 - {{ p }}) / nullif({{ trials }}, 0)
            + {{ z }} * {{ z }} / (4.0e0 * {{ trials }} * {{ trials }})
        )
    ) / (1 + {{ z }} * {{ z }} / nullif({{ trials }}, 0))
{%- endmacro %}
