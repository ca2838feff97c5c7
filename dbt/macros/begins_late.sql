{#
    Whether a recorded history begins so long after the creation that something before it is missing.
    A day is let pass: sources that give the creation as a date, or another clock's, differ by less.
#}
{% macro begins_late(created_at, first_entered_at) -%}
    coalesce({{ elapsed_hours(created_at, first_entered_at) }} > 24, false)
{%- endmacro %}
