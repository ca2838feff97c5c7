{#
    The parameters of the conversion estimates, in one place.

    window_days   The last days whose exits tell how a stage converts now. By default a quarter: enough
                  to see some of everything, and recent enough not to tell of last year.
    horizons      Days after entry for which a figure is published; the curve has every day.
#}
{% macro conversion_estimate_parameters() -%}
    {{ return({"window_days": conversion_window_days(), "horizons": [30, 60, 90, 180, 365]}) }}
{%- endmacro %}
