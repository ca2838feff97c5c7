{#
    One bound of the 95% interval of a cumulative incidence on the log(-log) scale, which keeps it
    between 0 and 1 (Kalbfleisch and Prentice, 1980). Sign "+" gives the lower bound, "-" the upper:
    the scale turns them around.
#}
{% macro log_log_bound(estimate, standard_error, sign) -%}
    {%- set z = "1.959963984540054" -%}
    case
        when {{ estimate }} <= 0 or {{ estimate }} >= 1 or {{ standard_error }} = 0 then {{ estimate }}
        else
            power(
                {{ estimate }},
                exp(
                    {{ "-" if sign == "+" else "" }}{{ z }} * {{ standard_error }}
                    / ({{ estimate }} * ln({{ estimate }}))
                )
            )
    end
{%- endmacro %}
